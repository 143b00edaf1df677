import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Announcement } from '@benchmate/shared/protocol/contract';
import { findPython, findUv } from './find-python.ts';
import { runTool } from './run-tool.ts';
import { Progress } from './progress.ts';

export interface ProgressLine {
  line: string;
  done: boolean;
}

/** Written last, with the hash of the requirements: an environment without it was not finished, or not by us. */
const readyFileName = 'benchmate-ready';

/** The interpreter of a project's own environment; it may not exist. */
export const environmentPython = (dir: string): string =>
  process.platform === 'win32' ? join(dir, '.venv', 'Scripts', 'python.exe') : join(dir, '.venv', 'bin', 'python');

/** Makes and checks the Python environments of projects; one preparation per folder at a time, joined by whoever asks. */
export class PythonEnvironments {
  readonly #running = new Map<string, Progress<ProgressLine>>();
  readonly #ending = new AbortController();

  /** Lines of progress from the first one, also for who joins late; the last one is `done`. Goes on without listeners. */
  prepare(dir: string, signal: AbortSignal, lastId?: string): AsyncIterable<Announcement<ProgressLine>> {
    let progress = this.#running.get(dir);
    if (!progress) {
      const begun = new Progress<ProgressLine>();
      progress = begun;
      this.#running.set(dir, begun);
      const tell = (line: string) => begun.add({ line, done: false });
      prepareEnvironment(dir, tell, this.#ending.signal)
        .then(
          () => begun.end({ line: 'The Python environment is ready.', done: true }),
          (error: unknown) => begun.fail(error),
        )
        .finally(() => this.#running.delete(dir))
        .catch(() => {});
    }
    return progress.follow(signal, lastId);
  }

  stop(): void {
    this.#ending.abort();
  }
}

/** `.venv` from `requirements.txt`. Returns at once when it is ready; an unusable one is made anew. */
async function prepareEnvironment(dir: string, tell: (line: string) => void, signal: AbortSignal): Promise<void> {
  const requirements = join(dir, 'requirements.txt');
  const wanted = existsSync(requirements) ? readFileSync(requirements) : Buffer.alloc(0);
  const hash = createHash('sha256').update(wanted).digest('hex');
  const venv = join(dir, '.venv');
  const ready = join(venv, readyFileName);
  const python = environmentPython(dir);
  const usable = (await runTool([python, '-c', 'pass']).catch(() => null))?.status === 0;
  if (usable && existsSync(ready) && readFileSync(ready, 'utf8') === hash) return;

  const uv = await findUv();
  const run = (argv: string[]) => runStep(argv, { cwd: dir, signal, tell });
  rmSync(ready, { force: true });
  if (!usable) {
    const base = await findPython();
    tell('Making the Python environment …');
    rmSync(venv, { recursive: true, force: true, maxRetries: 3 });
    await run(uv ? [uv, 'venv', '--quiet', '--python', base[0] ?? 'python3', venv] : [...base, '-m', 'venv', venv]);
  }
  if (wanted.length > 0) {
    tell(`Installing what requirements.txt names with ${uv ? 'uv' : 'pip'} …`);
    if (uv) await run([uv, 'pip', 'install', '--python', python, '-r', requirements]);
    else {
      const pip = await runTool([python, '-m', 'pip', '--version'], { signal });
      if (pip?.status !== 0) await run([python, '-m', 'ensurepip']);
      await run([python, '-m', 'pip', 'install', '--quiet', '-r', requirements]);
    }
  }
  writeFileSync(ready, hash);
}

async function runStep(
  argv: string[],
  { cwd, signal, tell }: { cwd: string; signal: AbortSignal; tell: (line: string) => void },
): Promise<void> {
  const result = await runTool(argv, { cwd, signal, onLine: tell });
  if (signal.aborted) throw new BenchmateError('CANCELLED', 'The engine is stopping.', 'Start it again.');
  if (result?.status === 0) return;
  const last = result?.lines.slice(-3).join(' ') ?? `${argv[0]} is not there`;
  const offline = /network|resolve host|name resolution|connection|timed out|unreachable/i.test(last);
  throw new BenchmateError(
    offline ? 'OFFLINE' : 'BAD_REQUEST',
    `The Python environment could not be made: ${last}`,
    offline ? 'Check the network, then try again.' : 'Correct requirements.txt, then try again.',
  );
}
