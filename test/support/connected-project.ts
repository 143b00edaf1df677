import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endpoint, type Endpoint } from '@benchmate/shared/protocol/endpoint';
import { lightFrameworksPython } from './frameworks.ts';
import { programFile } from './program-file.ts';

const cli = programFile('desktop/cli/src/main.ts');
const windows = process.platform === 'win32';

/** A project in git with a Python environment of its own, which sees the packages of the light frameworks environment. */
export interface ConnectedProject {
  readonly dir: string;
  readonly dataDir: string;
  readonly python: string;
  readonly packages: string;
  /** Nothing in it says where to log. */
  readonly env: NodeJS.ProcessEnv;
  readonly endpoint: () => Endpoint;
  readonly benchmate: (...args: string[]) => string;
  /** Starts the environment's Python in the project's folder. */
  readonly start: (...args: string[]) => ChildProcess;
  /** Runs it to its end; what it printed, or an error with its last words. */
  readonly run: (...args: string[]) => string;
  readonly close: () => void;
}

export async function openConnectedProject(name: string): Promise<ConnectedProject> {
  const light = await lightFrameworksPython();
  const home = mkdtempSync(join(tmpdir(), 'benchmate-connected-'));
  const [dir, dataDir, venv] = [join(home, 'project'), join(home, 'data'), join(home, 'project', '.venv')];
  mkdirSync(dir);
  const env: NodeJS.ProcessEnv = {
    ...Object.fromEntries(
      Object.entries(process.env).filter(([key]) => !/^(MLFLOW_|BENCHMATE_|VIRTUAL_ENV|CONDA_)/.test(key)),
    ),
    ...Object.fromEntries(
      ['JUPYTER_RUNTIME_DIR', 'JUPYTER_CONFIG_DIR', 'JUPYTER_DATA_DIR', 'IPYTHONDIR', 'HOME'].map(key => [key, home]),
    ),
    MLFLOW_DISABLE_TELEMETRY: 'true',
    MLFLOW_HTTP_REQUEST_MAX_RETRIES: '1',
    GIT_PYTHON_REFRESH: 'quiet',
  };
  const must = (command: string, args: readonly string[], more: NodeJS.ProcessEnv = {}): string => {
    const ended = spawnSync(command, args, { cwd: dir, env: { ...env, ...more }, encoding: 'utf8' });
    if (ended.status === 0) return ended.stdout;
    throw new Error(
      `${args[0]} ended with ${ended.status}:\n${ended.stderr.slice(-8000)}\n${ended.stdout.slice(-2000)}`,
    );
  };
  const benchmate = (...args: string[]) => must(process.execPath, [cli, ...args], { BENCHMATE_DATA_DIR: dataDir });
  const where = (python: string) =>
    must(python, ['-I', '-c', 'import sysconfig; print(sysconfig.get_path("purelib"))']).trim();

  writeFileSync(join(dir, 'benchmate.yaml'), `id: connected-0a1b2c3d\nname: ${name}\n`);
  writeFileSync(join(dir, '.gitignore'), '.venv/\n');
  must('git', ['init', '--quiet']);
  must(light, ['-m', 'venv', '--without-pip', venv]);
  const python = join(venv, windows ? 'Scripts/python.exe' : 'bin/python');
  const packages = where(python);
  writeFileSync(join(packages, 'light.pth'), `${where(light)}\n`);
  return {
    dir,
    dataDir,
    python,
    packages,
    env,
    endpoint: () => endpoint.parse(JSON.parse(readFileSync(join(dataDir, 'endpoint.json'), 'utf8'))),
    benchmate,
    start: (...args) => spawn(python, args, { cwd: dir, env, stdio: ['pipe', 'pipe', 'pipe'] }),
    run: (...args) => must(python, args),
    close() {
      benchmate('engine', 'stop', '--force');
      rmSync(home, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
