import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngineClient, type ClosableEngineClient } from '@benchmate/shared/protocol/client';
import { endpoint } from '@benchmate/shared/protocol/endpoint';
import { startProgram } from '../../support/program.ts';

/** An engine as its own process on a folder of its own, with the built companion. */
export interface Bench {
  readonly dir: string;
  readonly url: string;
  readonly client: ClosableEngineClient;
  /** A link that opens the companion once. */
  link: (path?: string) => Promise<string>;
  /** One call of MLflow's REST API. */
  mlflow: (route: string, body: unknown) => Promise<Record<string, unknown>>;
  /** A folder with a `benchmate.yaml`, known to the engine. */
  project: (name: string, extra?: string) => Promise<string>;
  /** kill -9; `start` brings it back on the same data and port. */
  kill: () => Promise<void>;
  start: () => Promise<void>;
  close: () => Promise<void>;
}

export async function openBench(): Promise<Bench> {
  const dir = mkdtempSync(join(tmpdir(), 'benchmate-companion-'));
  const dataDir = join(dir, 'data');
  const read = () => endpoint.parse(JSON.parse(readFileSync(join(dataDir, 'endpoint.json'), 'utf8')));
  const start = () => startProgram<{ url: string }>('desktop/engine/src/main.ts', ['run', '--data-dir', dataDir]);
  let engine = await start();
  const { url, token } = read();
  const client = createEngineClient({ url, token });
  return {
    dir,
    url,
    client,
    link: async (path = '/') => (await client.system.companionLink.mutate({ path })).url,
    async mlflow(route, body) {
      const response = await fetch(`${url}/api/2.0/mlflow/${route}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      const answer = (await response.json()) as Record<string, unknown>;
      if (!response.ok) throw new Error(`${route}: ${JSON.stringify(answer)}`);
      return answer;
    },
    async project(name, extra = '') {
      const folder = join(dir, name);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'benchmate.yaml'), `id: ${name}-0123456789\nname: ${name}\n${extra}`);
      return (await client.projects.open.mutate({ dir: folder })).projectId;
    },
    kill: () => engine.kill(),
    start: async () => {
      engine = await start();
    },
    async close() {
      client.close();
      await engine.stop();
      rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}
