import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findPython } from './find-python.ts';
import { cacheDir } from './root.ts';
import { runTool } from './run-tool.ts';
import { SetupError } from './setup-error.ts';

const bin = process.platform === 'win32' ? 'Scripts' : 'bin';
const exe = process.platform === 'win32' ? '.exe' : '';

/** `uv`, which makes an environment from its cache in seconds: from `BENCHMATE_UV`, PATH, or a small environment of our own. */
export async function ensureUv(): Promise<string> {
  const own = process.env.BENCHMATE_UV;
  if (own) return own;
  if ((await runTool('uv', ['--version'])).code === 0) return 'uv';
  const dir = join(cacheDir, 'python', 'tools');
  const uv = join(dir, bin, `uv${exe}`);
  if (existsSync(uv)) return uv;
  await must(await findPython(), ['-m', 'venv', dir], 'A Python environment could not be made');
  await must(
    join(dir, bin, `python${exe}`),
    ['-m', 'pip', 'install', '--quiet', 'uv'],
    'The package "uv" could not be installed',
  );
  return uv;
}

/** An environment `.cache/python/<name>` with exactly what a requirements file asks for; made anew when the file changes. Returns its interpreter. */
export async function ensurePythonEnv(name: string, requirementsFile: string): Promise<string> {
  const dir = join(cacheDir, 'python', name);
  const python = join(dir, bin, `python${exe}`);
  const stamp = join(dir, '.requirements');
  const wanted = createHash('sha256').update(readFileSync(requirementsFile)).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted && existsSync(python)) return python;
  const uv = await ensureUv();
  rmSync(dir, { recursive: true, force: true });
  await must(uv, ['venv', '--quiet', '--python', await findPython(), dir], 'A Python environment could not be made');
  await must(
    uv,
    ['pip', 'install', '--quiet', '--python', python, '--requirement', requirementsFile],
    `The Python packages of ${requirementsFile} could not be installed`,
  );
  writeFileSync(stamp, wanted);
  return python;
}

async function must(command: string, args: readonly string[], sentence: string): Promise<void> {
  const { code, output } = await runTool(command, args, { env: pipsWheels() });
  if (code !== 0)
    throw new SetupError(
      `${sentence}: check the network and the disk, then run this again.\n${output.trim().slice(-2000)}`,
    );
}

/** uv reads none of pip's settings: a folder of wheels that pip is told of serves uv as well. */
function pipsWheels(): NodeJS.ProcessEnv {
  const { PIP_FIND_LINKS: wheels, UV_FIND_LINKS: own } = process.env;
  return wheels && !own ? { UV_FIND_LINKS: wheels } : {};
}
