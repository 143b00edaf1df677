import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

export const canTrace = (): boolean =>
  process.platform === 'linux' && spawnSync('strace', ['-qq', '-o', '/dev/null', 'true']).status === 0;

/** Makes system calls of a running process fail, as a failing disk does, until `end`. */
export class FailingCalls {
  readonly #tracer: ChildProcess;

  private constructor(tracer: ChildProcess) {
    this.#tracer = tracer;
  }

  /** `which` counts the calls that fail, in strace's words: `1`, `2+`, `1..3`. */
  static async in(pid: number, calls: string, error: 'EIO' | 'ENOSPC', which: string): Promise<FailingCalls> {
    const inject = `inject=${calls}:error=${error}:when=${which}`;
    const tracer = spawn('strace', ['-f', '-o', '/dev/null', '-p', String(pid), '-e', `trace=${calls}`, '-e', inject], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    await new Promise<void>((resolve, reject) => {
      tracer.stderr.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        if (/attached/.test(said)) resolve();
      });
      tracer.once('exit', () => reject(new Error(`strace ended: ${said}`)));
    });
    return new FailingCalls(tracer);
  }

  async end(): Promise<void> {
    const gone = once(this.#tracer, 'exit');
    this.#tracer.kill('SIGINT'); // it lets go of every thread
    await gone;
  }
}
