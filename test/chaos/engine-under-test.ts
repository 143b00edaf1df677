import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { endpoint, type Endpoint } from '@benchmate/shared/protocol/endpoint';
import { programFile } from '../support/program-file.ts';

export const engineMain = programFile('desktop/engine/src/main.ts');

/** An engine as a process of its own that can be killed and started again on the same data. */
export class EngineUnderTest {
  readonly dataDir: string;
  readonly #args: readonly string[];
  /** The largest file that it may write, in KiB; null: as large as the disk takes. */
  largestFileKiB: number | null = null;
  #child: ChildProcess | null = null;
  #exit: Promise<unknown> = Promise.resolve();
  #errors = '';

  constructor(dataDir: string, args: readonly string[] = []) {
    this.dataDir = dataDir;
    this.#args = args;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Everything it said on stderr since its start. */
  get errors(): string {
    return this.#errors;
  }

  get endpoint(): Endpoint {
    return endpoint.parse(JSON.parse(readFileSync(join(this.dataDir, 'endpoint.json'), 'utf8')));
  }

  /** Begins a start; does not wait for it. */
  spawn(env: NodeJS.ProcessEnv = {}): void {
    const args = [engineMain, 'run', '--data-dir', this.dataDir, '--idle-minutes', '0', ...this.#args];
    const command = [process.execPath, ...args];
    const limited = ['sh', '-c', `ulimit -f ${2 * (this.largestFileKiB ?? 0)}; exec "$@"`, 'sh', ...command];
    const [program = '', ...rest] = this.largestFileKiB === null ? command : limited;
    const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
    this.#errors = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#errors += text));
    this.#child = child;
    this.#exit = once(child, 'exit');
    const endWithUs = () => void child.kill('SIGKILL');
    process.once('exit', endWithUs);
    child.once('exit', () => process.off('exit', endWithUs));
  }

  /** Resolves with the milliseconds from spawn until it serves `/health`. */
  async start(env: NodeJS.ProcessEnv = {}): Promise<number> {
    const began = performance.now();
    this.spawn(env);
    const line = await Promise.race([once(createInterface(this.#child!.stdout!), 'line'), this.#exit.then(() => null)]);
    if (!line) throw new Error(`The engine did not start: ${this.#errors}`);
    return performance.now() - began;
  }

  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.#exit;
  }

  async stop(): Promise<void> {
    this.#child?.kill('SIGTERM');
    await this.#exit;
  }

  /** A JSON call of MLflow's API or of RPC; rejects with status and body when it is refused. */
  async post(path: string, body: unknown, method = 'POST'): Promise<Record<string, unknown>> {
    return this.#json(path, { method, body: JSON.stringify(body) });
  }

  async get(path: string, query: Record<string, string> = {}): Promise<Record<string, unknown>> {
    return this.#json(`${path}?${new URLSearchParams(query).toString()}`, {});
  }

  /** One RPC call with its result. */
  async rpc(name: string, input: unknown, kind: 'query' | 'mutation' = 'mutation'): Promise<Record<string, unknown>> {
    const query = kind === 'query' ? { input: JSON.stringify(input ?? null) } : {};
    const answer =
      kind === 'query'
        ? await this.get(`/rpc/${name}`, input === undefined ? {} : query)
        : await this.post(`/rpc/${name}`, input);
    return (answer['result'] as { data: Record<string, unknown> }).data;
  }

  async request(path: string, init: RequestInit = {}): Promise<Response> {
    const { url, token } = this.#address();
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    return fetch(`${url}${path}`, {
      signal: AbortSignal.timeout(30_000),
      ...init,
      headers: { ...headers, ...(init.headers as Record<string, string> | undefined) },
    });
  }

  #cached: Endpoint | null = null;
  #address(): Endpoint {
    if (this.#cached?.pid !== this.pid) this.#cached = this.endpoint;
    return this.#cached;
  }

  async #json(path: string, init: RequestInit): Promise<Record<string, unknown>> {
    const response = await this.request(path, init);
    const text = await response.text();
    if (!response.ok) throw new Refused(response.status, path, text);
    return JSON.parse(text) as Record<string, unknown>;
  }
}

/** An answer that is no success: never what a killed engine gives. */
export class Refused extends Error {
  readonly status: number;

  constructor(status: number, path: string, body: string) {
    super(`${path} answered ${status}: ${body.slice(0, 500)}`);
    this.status = status;
  }
}
