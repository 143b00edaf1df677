import { mkdirSync, readFileSync } from 'node:fs';
import { createEngineClient } from '@benchmate/shared/protocol/client';
import type { EngineClient } from '@benchmate/shared/protocol/engine';
import { startChild } from './child.ts';

/** One person's machine: an engine on a data directory of its own, and a client to it. */
export interface Device {
  name: string;
  client: EngineClient;
  url: string;
  token: string;
  /** Ends running jobs, then the engine. */
  stop: () => Promise<void>;
}

export async function startDevice(name: string, engine: string, dataDir: string, port = 0): Promise<Device> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const child = await startChild(engine, ['run', '--data-dir', dataDir, '--port', String(port)]);
  const { url, endpointFile } = child.ready as { url: string; endpointFile: string };
  const { token } = JSON.parse(readFileSync(endpointFile, 'utf8')) as { token: string };
  const client = createEngineClient({ url, token });
  const stop = async () => {
    await cancelJobs(client).catch(() => {});
    client.close();
    await child.stop();
  };
  return { name, client, url, token, stop };
}

async function cancelJobs(client: EngineClient): Promise<void> {
  const jobs = await client.jobs.list.query({ limit: 200 });
  const open = jobs.filter(job => job.state === 'queued' || job.state === 'running');
  await Promise.all(open.map(job => client.jobs.cancel.mutate({ jobId: job.jobId })));
}
