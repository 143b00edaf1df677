import { mkdirSync, readFileSync } from 'node:fs';
import { terminalJobStates } from '@benchmate/shared/domain/job';
import { createEngineClient } from '@benchmate/shared/protocol/client';
import type { EngineClient } from '@benchmate/shared/protocol/engine';
import { startChild } from './child.ts';
import { until } from './expect.ts';

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
    await child.stop(1000);
  };
  return { name, client, url, token, stop };
}

/** How long a training process may take to note that it was ended. Its supervisor ends it in any case. */
const farewellMs = 1800;

/** Queued jobs first, so that none of them starts in the place of one that ends. */
async function cancelJobs(client: EngineClient): Promise<void> {
  const open = async () =>
    (await client.jobs.list.query({ limit: 200 })).filter(job => !terminalJobStates.has(job.state));
  const jobs = await open();
  for (const state of ['queued', 'running'] as const)
    for (const job of jobs.filter(job => job.state === state).toReversed())
      await client.jobs.cancel.mutate({ jobId: job.jobId });
  await until(
    'The end of the training jobs',
    open,
    left => left.length === 0,
    again => client.jobs.changes.subscribe(undefined, { next: again, connected: again }),
    farewellMs,
  );
}
