import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { readAccess } from './access.ts';
import { startEngine, type EngineOptions, type RunningEngine, type Served } from './engine.ts';
import { locateResources } from './resources.ts';

/** An engine inside the test's process, on a folder of its own, with a companion of one page. For tests alone. */
export interface TemporaryEngine extends RunningEngine {
  dataDir: string;
  port: number;
  token: string;
  served: Served;
  /** One raw request: nothing is added, not even `Host`, that the test did not say. */
  ask: (options: Ask) => Promise<Answer>;
  dispose: () => Promise<void>;
}

export interface Ask {
  method?: string;
  path: string;
  headers?: Record<string, string | string[]>;
  body?: string;
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

export async function temporaryEngine(options: Partial<EngineOptions> = {}): Promise<TemporaryEngine> {
  const folder = options.dataDir ?? temporaryFolder();
  const companion = join(folder, 'companion');
  mkdirSync(join(companion, 'assets'), { recursive: true });
  writeFileSync(join(companion, 'index.html'), '<!doctype html><title>companion</title>');
  writeFileSync(join(companion, 'assets', 'index-0a1b.js'), 'export {};');
  const dataDir = join(folder, 'data');
  const resources = { ...locateResources(), companion, ...options.resources };
  const engine = await startEngine({ idleMinutes: 0, logLevel: 'debug', ...options, dataDir, resources });
  const served = await engine.ready;
  const { token, port } = readAccess(dataDir, () => new Uint8Array(32));
  return {
    ...engine,
    dataDir,
    port,
    token,
    served,
    ask: options => ask(port, options),
    dispose: async () => {
      await engine.stop();
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'benchmate-engine-'));

function ask(port: number, { method = 'GET', path, headers = {}, body }: Ask): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers, agent: false, setHost: false }, response => {
      let text = '';
      response.setEncoding('utf8').on('data', chunk => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** The engine as users run it: a process of its own, from source. */
export interface EngineProcess {
  child: ChildProcess;
  /** What the first line on stdout said. */
  ready: Promise<{ url: string; endpointFile: string }>;
  /** Exit status and all of stderr. */
  ended: Promise<{ status: number | null; stderr: string }>;
}

export function engineProcess(dataDir: string, ...args: string[]): EngineProcess {
  const main = fileURLToPath(new URL('../main.ts', import.meta.url));
  const child = spawn(process.execPath, [main, 'run', '--data-dir', dataDir, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', chunk => (stderr += chunk));
  const ended = once(child, 'close').then(([status]) => ({ status: status as number | null, stderr }));
  const line = once(createInterface({ input: child.stdout }), 'line').then(([text]) => JSON.parse(String(text)));
  const ready = Promise.race([line, ended.then(({ stderr }) => Promise.reject(new Error(stderr)))]);
  ready.catch(() => {}); // tests of failing starts look at `ended` alone
  return { child, ready, ended };
}
