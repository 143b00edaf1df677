import type { FolderStatus } from '@benchmate/shared/domain/shared-folder';
import type { Store } from '../../storage/database.ts';
import { keyLock } from '../../features/bundles/lock.ts';
import type { Clock } from '../../host/clock.ts';
import type { DocumentHub } from '../documents/hub.ts';
import type { DocumentStore } from '../documents/store.ts';
import type { CurrentTeam } from '../feeds/current-team.ts';
import type { FolderLoop } from './folder-loop.ts';
import type { FolderStore } from './store.ts';

export interface TeamFolderParts {
  store: Store;
  folder: FolderStore;
  documents: DocumentStore;
  hub: DocumentHub;
  current: CurrentTeam;
  clock: Clock;
  warn: (sentence: string) => void;
}

const firstLookLimitMs = 5000;

/** The current team's shared folder, as the person wants it, and what to say about it. */
export class TeamFolder {
  readonly #parts: TeamFolderParts;
  readonly #listeners = new Set<() => void>();
  readonly #detach: (() => void)[];
  #loop: FolderLoop | null = null;
  /** Grows whenever what was begun before counts no more. */
  #turn = 0;

  constructor(parts: TeamFolderParts) {
    this.#parts = parts;
    const { current, hub } = parts;
    this.#detach = [
      current.onEntries(() => this.#loop?.soon()),
      hub.onLocalUpdate(() => this.#loop?.soon()),
      current.onSwitch(() => void this.#restart()),
    ];
    void this.#restart();
  }

  /** Called after the status may have changed. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Shares through a folder that exists; settles after the first look, or when that takes long. Throws what is wrong with the folder. */
  async use(path: string, passphrase: string | null): Promise<void> {
    const { store, folder, current, clock } = this.#parts;
    const { teamId } = current;
    const { chosenFolder } = await import('./choose.ts'); // who uses no folder loads nothing of it
    const chosen = await chosenFolder({ path, passphrase, replica: current.replica });
    await this.#stop();
    await store.write(() => folder.use(teamId, chosen));
    await this.#restart();
    const late = Promise.withResolvers<void>();
    const cancel = clock.after(firstLookLimitMs, late.resolve);
    await Promise.race([this.#loop?.looked(), late.promise]);
    cancel();
  }

  /** The files stay. */
  async leave(): Promise<void> {
    const { store, folder, current } = this.#parts;
    await this.#stop();
    await store.write(() => folder.leave(current.teamId));
    this.#tell();
  }

  /** Null without a folder. */
  status(): FolderStatus | null {
    const { folder, current } = this.#parts;
    const { replica, teamId } = current;
    const settings = folder.read(teamId);
    if (!settings) return null;
    const entries = replica.storedAfter(settings.feeds);
    const { documents, bytes, since } = folder.waiting(teamId);
    const times = [...entries.map(({ at }) => Date.parse(at)), ...(since === null ? [] : [since])];
    return {
      path: settings.path,
      encrypted: settings.key !== null,
      unshared: entries.length + documents,
      unsharedBytes: entries.reduce((sum, entry) => sum + JSON.stringify(entry).length, bytes),
      since: times.length > 0 ? times.reduce((a, b) => Math.min(a, b)) : null,
      problem: this.#loop?.problem ?? '',
      unread: this.#loop?.unread ?? [],
    };
  }

  async close(): Promise<void> {
    for (const detach of this.#detach) detach();
    await this.#stop();
  }

  async #stop(): Promise<void> {
    this.#turn++;
    const loop = this.#loop;
    this.#loop = null;
    await loop?.stop();
  }

  async #restart(): Promise<void> {
    const stopped = this.#stop();
    const turn = this.#turn;
    const { folder, current } = this.#parts;
    const { replica } = current;
    const settings = folder.read(replica.teamId);
    if (settings) {
      const { FolderLoop: Loop } = await import('./folder-loop.ts');
      if (turn !== this.#turn) return;
      this.#loop = new Loop({
        ...this.#parts,
        replica,
        path: settings.path,
        lock: settings.key === null ? null : keyLock(settings.key),
        changed: () => this.#tell(),
      });
    }
    this.#tell();
    await stopped;
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
