import { join } from 'node:path';
import type { Tickets } from '../access/tickets.ts';
import type { Teams } from '../feeds/teams.ts';
import type { Log } from '../operations/log.ts';
import type { SyncServerOptions } from '../options.ts';
import type { Quotas } from '../quotas.ts';
import { Blobs } from './blobs.ts';
import { Collector } from './collect.ts';
import { FolderObjects } from './folder-objects.ts';
import type { BlobIndex, BlobObjects } from './ports.ts';
import { BlobRoutes } from './routes.ts';

export interface ServeBlobsParts {
  index: BlobIndex;
  /** Null: no files are kept. */
  objects: BlobObjects | null;
  options: SyncServerOptions;
  quotas: Quotas;
  tickets: Tickets;
  teams: Teams;
  log: Log;
  now: () => number;
}

const weekMs = 7 * 24 * 3_600_000;

/** The files of models: their routes, and what keeps them in order. */
export function serveBlobs({ index, objects, options, quotas, tickets, teams, log, now }: ServeBlobsParts) {
  const heldBy = (team: string, device: string) => teams.heldBy(team, device);
  const blobs = objects && new Blobs({ index, objects, quotas, now });
  const modelsOf = async (team: string) => (await teams.feedsOf(team)).models();
  const graceMs = options.blobGraceMs ?? weekMs;
  const collector = objects && new Collector({ index, objects, modelsOf, graceMs, log, now });
  collector?.start();
  return {
    routes: new BlobRoutes({ blobs, tickets, heldBy }),
    /** Breaks off what is under way; what arrived is kept. */
    async close(): Promise<void> {
      await blobs?.close();
      await collector?.close();
    },
  };
}

/** In an object store where one is named, else in the data directory, else nowhere. Throws what keeps the store from opening. */
export async function openObjects({ blobStore, dataDir }: SyncServerOptions): Promise<BlobObjects | null> {
  if (blobStore) {
    // The client of the object store is large: whoever has none does not load it.
    const { S3Objects } = await import('./s3-objects.ts');
    return S3Objects.open(blobStore);
  }
  return dataDir ? new FolderObjects(join(dataDir, 'blobs')) : null;
}
