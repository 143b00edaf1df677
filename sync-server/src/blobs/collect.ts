import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { RegisteredModel } from '@benchmate/shared/domain/registry';
import { blobManifest, manifestMaxBytes } from '@benchmate/shared/protocol/blobs-wire';
import type { Log } from '../operations/log.ts';
import { removeDoomed } from './blobs.ts';
import type { BlobIndex, BlobObjects } from './ports.ts';

export interface CollectorParts {
  index: BlobIndex;
  objects: BlobObjects;
  /** The living models of a team. */
  modelsOf: (team: string) => Promise<readonly RegisteredModel[]>;
  graceMs: number;
  log: Log;
  now: () => number;
}

const everyMs = 3_600_000;

/**
 * Removes what nobody refers to: blobs that no living version of a team needs any more, and uploads that nobody goes on
 * with, each after its grace time. What cannot be judged stays.
 */
export class Collector {
  readonly #parts: CollectorParts;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> = Promise.resolve();

  constructor(parts: CollectorParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#timer = setInterval(() => void this.collect(), everyMs).unref();
  }

  async close(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    await this.#running;
  }

  collect(): Promise<void> {
    const { log } = this.#parts;
    this.#running = this.#running
      .then(() => this.#collect())
      .catch((error: unknown) => log('warn', 'blobs-not-collected', { reason: String(error) }));
    return this.#running;
  }

  async #collect(): Promise<void> {
    const { index, objects, graceMs, now } = this.#parts;
    for (const upload of await index.staleUploads(now() - graceMs)) {
      await objects.abandon(upload);
      await index.drop(upload.id);
    }
    for (const team of await index.teams()) await index.mark(team, await this.#referenced(team), now());
    await index.sweep(now() - graceMs);
    await removeDoomed(this.#parts);
  }

  async #referenced(team: string): Promise<Set<string>> {
    const kept = new Set<string>();
    for (const { versions } of await this.#parts.modelsOf(team))
      for (const { files } of versions) {
        if (!files || kept.has(files.manifest)) continue;
        kept.add(files.manifest);
        for (const blob of await this.#named(team, files.manifest)) kept.add(blob);
      }
    return kept;
  }

  /** What a list of files names; nothing where it is not here or is no such list. */
  async #named(team: string, manifest: string): Promise<string[]> {
    const { index, objects } = this.#parts;
    const found = await index.find(team, manifest);
    if (!found || found.sizeBytes === 0 || found.sizeBytes > manifestMaxBytes) return [];
    const chunks: Buffer[] = [];
    for await (const chunk of (await objects.read(found.object, 0, found.sizeBytes - 1)) as AsyncIterable<Buffer>)
      chunks.push(chunk);
    try {
      return blobManifest.parse(JSON.parse(Buffer.concat(chunks).toString('utf8'))).files.map(({ blob }) => blob);
    } catch (error) {
      if (error instanceof BenchmateError) throw error;
      return [];
    }
  }
}
