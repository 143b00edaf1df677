import { execFile } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';

const windows = process.platform === 'win32';

/** A Python environment of its own, as its interpreter describes it. */
export interface Interpreter {
  /** The interpreter's file. */
  python: string;
  /** Where the environment keeps its packages. */
  packages: string;
  /** `3.11` */
  version: string;
  /** Version of mlflow (or mlflow-skinny) there; null without. */
  mlflow: string | null;
}

const describe = `
import json, os, sys, sysconfig
from importlib import metadata
def version(name):
    try: return metadata.version(name)
    except metadata.PackageNotFoundError: return None
own = sys.prefix != sys.base_prefix or os.path.isdir(os.path.join(sys.prefix, "conda-meta"))
print(json.dumps({"own": own, "packages": sysconfig.get_path("purelib"), "version": "%d.%d" % sys.version_info[:2],
    "mlflow": version("mlflow") or version("mlflow-skinny")}))
`;

/** Asks an interpreter about its environment. BAD_REQUEST for one that the whole machine shares. */
export async function inspect(python: string): Promise<Interpreter> {
  const answer = await run(python, ['-I', '-c', describe]);
  const { own, ...rest } = JSON.parse(answer) as Omit<Interpreter, 'python'> & { own: boolean };
  if (own) return { python, ...rest };
  throw new BenchmateError(
    'BAD_REQUEST',
    `${python} belongs to the whole machine, and Benchmate changes no environment that others share.`,
    'Make one with `python3 -m venv .venv`, then run this again.',
  );
}

/** What a program prints. TOOL_MISSING with its last words when it fails. */
export async function run(program: string, args: readonly string[]): Promise<string> {
  try {
    return (await promisify(execFile)(program, args, { timeout: 60_000, windowsHide: true })).stdout;
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    const why = stderr?.trim().split('\n').at(-1) || message;
    throw new BenchmateError('TOOL_MISSING', `${program} is no Python that works: ${why}`, 'Name another one.');
  }
}

/**
 * The interpreter that is meant: the one named (its file, or the folder of its environment), else that of the active
 * environment, else of `.venv` in one of the folders, else of the active conda environment.
 */
export function chooseInterpreter(
  named: string | undefined,
  folders: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): string {
  if (named !== undefined) return namedInterpreter(named);
  const { VIRTUAL_ENV: active, CONDA_PREFIX: conda } = env;
  const environments = [active, ...folders.map(folder => join(folder, '.venv')), conda].filter(
    dir => dir !== undefined,
  );
  const found = environments.map(interpreterOf).find(python => existsSync(python));
  if (found) return found;
  throw new BenchmateError(
    'NOT_FOUND',
    'There is no Python environment here: none is active, and there is no folder .venv.',
    'Make one with `python3 -m venv .venv`, or name its folder.',
  );
}

function namedInterpreter(named: string): string {
  const path = resolve(named);
  const python = statSync(path, { throwIfNoEntry: false })?.isDirectory() ? interpreterOf(path) : path;
  if (existsSync(python)) return python;
  throw new BenchmateError(
    'NOT_FOUND',
    `There is no Python at ${python}.`,
    'Name an environment’s folder or its interpreter.',
  );
}

/** In a conda environment on Windows the interpreter lies in the folder itself. */
function interpreterOf(environment: string): string {
  if (!windows) return join(environment, 'bin', 'python');
  const script = join(environment, 'Scripts', 'python.exe');
  return existsSync(script) ? script : join(environment, 'python.exe');
}
