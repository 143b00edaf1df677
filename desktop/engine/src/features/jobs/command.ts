import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';

const windows = process.platform === 'win32';

/** argv as it will be started: the command, then `--set key=value` for each param. Nothing of it ever meets a shell. */
export function argvOf(command: readonly string[], params: Readonly<Record<string, string>>): string[] {
  return [...command, ...Object.entries(params).flatMap(([key, value]) => ['--set', `${key}=${value}`])];
}

/** Throws BAD_REQUEST for what no argv can hold, or what the command could only misunderstand. */
export function checkCommand(command: readonly string[], params: Readonly<Record<string, string>>): void {
  if (!command[0]?.trim()) throw new BenchmateError('BAD_REQUEST', 'The command is empty.', 'Name the program to run.');
  for (const part of [...command, ...Object.values(params)])
    if (part.includes('\0'))
      throw new BenchmateError('BAD_REQUEST', 'The command holds a NUL character.', 'Remove it and submit again.');
  for (const key of Object.keys(params))
    if (!/^[\p{L}\p{N}_][\p{L}\p{N}_./-]*$/u.test(key))
      throw new BenchmateError(
        'BAD_REQUEST',
        `“${key}” cannot be the name of a param.`,
        'Use letters, digits, dots, dashes and underscores, as in `model.depth`.',
      );
}

/**
 * `python` means the project's own environment (`.venv` of the folder) where there is one, else the first Python on PATH.
 * With an environment its programs come first on PATH, as after activating it.
 */
export function resolvePython(
  argv: readonly string[],
  dir: string,
  path: string = process.env.PATH ?? '',
): { argv: [string, ...string[]]; env: Record<string, string> } {
  const [command = '', ...args] = argv;
  const venv = join(dir, '.venv');
  const bin = join(venv, windows ? 'Scripts' : 'bin');
  const python = join(bin, windows ? 'python.exe' : 'python');
  const hasVenv = existsSync(python);
  const env = hasVenv ? { VIRTUAL_ENV: venv, PATH: `${bin}${delimiter}${path}` } : {};
  if (command !== 'python' && command !== 'python3') return { argv: [command, ...args], env };
  if (hasVenv) return { argv: [python, ...args], env };
  return { argv: [findPython(command, path), ...args], env };
}

/** Debian and macOS have only `python3`, Windows only `python` or `py`. */
function findPython(wanted: string, path: string): string {
  return [wanted, 'python3', 'python', ...(windows ? ['py'] : [])].find(name => onPath(name, path)) ?? wanted;
}

function onPath(name: string, path: string): boolean {
  return path
    .split(delimiter)
    .filter(Boolean)
    .some(folder => {
      try {
        accessSync(join(folder, windows ? `${name}.exe` : name), constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
