import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

export const canTrace = (): boolean =>
  process.platform === 'linux' && spawnSync('strace', ['-qq', '-o', '/dev/null', 'true']).status === 0;

/** Makes system calls of a running process fail or take long, as a failing or slow disk does, until `end`. */
export class FailingCalls {
  readonly #tracer: ChildProcess;

  private constructor(tracer: ChildProcess) {
    this.#tracer = tracer;
  }

  /** `which` counts the calls that fail, in strace's words: `1`, `2+`, `1..3`. */
  static in(pid: number, calls: string, error: 'EIO' | 'ENOSPC', which: string): Promise<FailingCalls> {
    return FailingCalls.#attach(pid, calls, `error=${error}:when=${which}`);
  }

  /** Each call begins so much later. */
  static slow(pid: number, calls: string, ms: number): Promise<FailingCalls> {
    return FailingCalls.#attach(pid, calls, `delay_enter=${ms * 1000}`);
  }

  static async #attach(pid: number, calls: string, what: string): Promise<FailingCalls> {
    const inject = `inject=${calls}:${what}`;
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
