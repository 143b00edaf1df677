import { watch, type FSWatcher } from 'node:fs';
import { join } from 'node:path';
import type { Lock } from '../../features/bundles/lock.ts';
import type { Store } from '../../storage/database.ts';
import type { Clock } from '../../host/clock.ts';
import type { DocumentHub } from '../documents/hub.ts';
import type { DocumentStore } from '../documents/store.ts';
import type { FeedReplica } from '../feeds/replica.ts';
import { SecondHistories } from '../feeds/second-histories.ts';
import { folderProblem } from './folder-problem.ts';
import { gatherOwn, removePartial } from './gather.ts';
import { listFolder } from './listing.ts';
import { noticeMissing } from './missing.ts';
import { deviceFolderName, teamFolderName } from './names.ts';
import { ReadProblems } from './problems.ts';
import { publishNew } from './publish.ts';
import type { Round } from './round.ts';
import type { FolderStore } from './store.ts';
import { takeNew } from './take.ts';

export interface FolderLoopParts {
  store: Store;
  folder: FolderStore;
  documents: DocumentStore;
  hub: DocumentHub;
  clock: Clock;
  replica: FeedReplica;
  path: string;
  lock: Lock | null;
  /** What there is to say may have changed. */
  changed: () => void;
  warn: (sentence: string) => void;
}

const pollMs = 2000;
const afterWatchMs = 50;
/** What is typed together goes into one file. */
const afterChangeMs = 400;
const thoroughMs = 60_000;
const longestRetryMs = 30_000;

/** Looks into one shared folder again and again until `stop`: takes what is new, writes what it lacks. */
export class FolderLoop {
  readonly #parts: FolderLoopParts;
  readonly #round: Round;
  readonly #stopped = new AbortController();
  readonly #firstLook = Promise.withResolvers<void>();
  #cancel = () => {};
  #nextAt = Infinity;
  #running: Promise<void> | null = null;
  #watcher: FSWatcher | null = null;
  #problem = '';
  #failures = 0;
  #writeAgainAt = 0;
  #thoroughAt = 0;
  #factsSeen: unknown = null;

  constructor(parts: FolderLoopParts) {
    this.#parts = parts;
    const { path, replica } = parts;
    this.#round = {
      ...parts,
      root: join(path, teamFolderName(replica.teamId)),
      own: deviceFolderName(replica.keys.device),
      signal: this.#stopped.signal,
      problems: new ReadProblems(),
      secondHistories: new SecondHistories(),
    };
    this.#after(0);
  }

  get problem(): string {
    return this.#problem;
  }

  get unread(): string[] {
    return this.#round.problems.sentences.slice(0, 5);
  }

  /** Something changed here. */
  soon(): void {
    this.#after(afterChangeMs);
  }

  /** Resolves after the first look, whatever came of it. */
  looked(): Promise<void> {
    return this.#firstLook.promise;
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#cancel();
    this.#watcher?.close();
    this.#firstLook.resolve();
    await this.#running;
  }

  #after(delayMs: number): void {
    const { clock } = this.#parts;
    const at = clock.monotonic() + delayMs;
    if (this.#stopped.signal.aborted || this.#nextAt <= at) return;
    this.#cancel();
    this.#nextAt = at;
    this.#cancel = clock.after(delayMs, () => {
      this.#nextAt = Infinity;
      if (this.#running) return this.#after(afterWatchMs);
      this.#running = this.#look().finally(() => {
        this.#running = null;
        this.#firstLook.resolve();
        this.#after(pollMs);
      });
    });
  }

  async #look(): Promise<void> {
    const { clock, changed } = this.#parts;
    const round = this.#round;
    let problem = '';
    let isWriting = false;
    try {
      const thorough = clock.monotonic() >= this.#thoroughAt;
      const listing = await listFolder(round.root);
      round.problems.keep(new Set(listing.map(({ name }) => name)));
      await noticeMissing(round, listing, thorough);
      if (thorough) this.#thoroughAt = clock.monotonic() + thoroughMs;
      this.#watch();
      const factsAdded = this.#factsSeen !== round.replica.stored;
      await takeNew(round, listing, factsAdded);
      this.#factsSeen = round.replica.stored;
      if (clock.monotonic() >= this.#writeAgainAt) {
        isWriting = true;
        if (thorough) await removePartial(round);
        await publishNew(round, listing);
        await gatherOwn(round, listing);
        this.#failures = 0;
      } else problem = this.#problem;
    } catch (error) {
      if (this.#stopped.signal.aborted) return;
      problem = folderProblem(error, round.root);
      this.#watcher?.close(); // of a folder that may be another one when it comes back
      this.#watcher = null;
      if (isWriting) this.#writeAgainAt = clock.monotonic() + Math.min(longestRetryMs, pollMs * 2 ** this.#failures++);
    }
    if (problem && problem !== this.#problem) this.#parts.warn(problem);
    this.#problem = problem;
    changed();
  }

  /** Only makes it quicker: not every file system tells. */
  #watch(): void {
    if (this.#watcher || this.#stopped.signal.aborted) return;
    try {
      const watcher = watch(this.#round.root, { recursive: true, persistent: false });
      watcher.on('change', () => this.#after(afterWatchMs));
      watcher.on('error', () => {
        watcher.close();
        if (this.#watcher === watcher) this.#watcher = null;
      });
      this.#watcher = watcher;
    } catch {
      // Looked at every two seconds all the same.
    }
  }
}
