// In the place of sync-server/src/storage/open.ts: where a database in common is named, that of the simulation.
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Entry } from '@benchmate/shared/facts/entry';
import type { HeldEntry } from '@benchmate/shared/facts/entry-hash';
import { openStorage as openOther, type StorageChoice } from '../../../sync-server/src/storage/open.ts';
import type { BlockedDevices, DocumentStore, EntryStore, Storage } from '../../../sync-server/src/storage/ports.ts';
import { Pipe } from '../kernel/network.ts';
import { onStage } from '../kernel/stage.ts';
import type { SharedDatabase } from '../kernel/shared-database.ts';

export const openStorage = async (choice: StorageChoice): Promise<Storage> =>
  choice.database ? new SharedStorage() : openOther(choice);

const away = () => new BenchmateError('OFFLINE', 'The database does not answer.', 'Try again soon.');

/** One process's connection to the database: calls arrive in order, are done at once and are answered after the commit. */
class SharedStorage implements Storage {
  failure: BenchmateError | null = null;
  // Nobody brings files or reads an invite aloud.
  readonly blobs = null as never;
  readonly cells = null as never;
  readonly #call: <T>(work: (database: SharedDatabase) => T) => Promise<T>;
  readonly #pending = new Set<Promise<unknown>>();

  constructor() {
    const { world, network, database, disk } = onStage();
    const process = world.current!;
    const there = new Pipe(network, process.name, database.machine);
    const back = new Pipe(network, database.machine, process.name);
    let committedAt = 0;
    this.#call = work =>
      new Promise((resolve, reject) => {
        const settle = (failure: BenchmateError | null, then: () => void) =>
          back.send(100, () =>
            world.after(
              0,
              () => {
                this.failure = failure;
                then();
              },
              process,
            ),
          );
        const lost = () => settle(away(), () => reject(away()));
        there.send(100, () => {
          if (!database.isUp) return lost();
          // What the database has begun it may end though nobody hears of it any more.
          committedAt = Math.max(committedAt, world.now + disk.syncMs(database.machine));
          world.after(
            committedAt - world.now,
            () => {
              if (!database.isUp) return lost();
              try {
                const result = work(database);
                settle(null, () => resolve(result));
              } catch (error) {
                settle(null, () => reject(error));
              }
            },
            null,
          );
        });
      });
  }

  readonly documents: DocumentStore = {
    append: (name, update) => {
      const data = Uint8Array.from(update);
      const appended = this.#call(database => {
        const document = documentOf(database, name);
        const number = lastOf(document) + 1;
        document.updates.push({ number, data });
        return number;
      });
      this.#pending.add(appended);
      appended.catch(() => {}).finally(() => this.#pending.delete(appended));
      return appended;
    },
    read: name =>
      this.#call(database => {
        const document = documentOf(database, name);
        const { snapshot, base, updates } = document;
        const parts = [...(snapshot ? [snapshot] : []), ...updates.map(({ data }) => data)];
        const bytes = parts.reduce((sum, { length }) => sum + length, 0);
        const snapshotBytes = snapshot?.length ?? 0;
        return { parts, base, last: lastOf(document), snapshotBytes, updates: updates.length, bytes };
      }),
    after: (name, number) =>
      this.#call(database => {
        const document = documentOf(database, name);
        if (document.base > number) return null;
        const updates = document.updates.filter(update => update.number > number).map(({ data }) => data);
        return { updates, last: Math.max(number, lastOf(document)) };
      }),
    heads: names =>
      this.#call(database => Object.fromEntries(names.map(name => [name, lastOf(documentOf(database, name))]))),
    replace: (name, state, read) =>
      this.#call(database => {
        const document = documentOf(database, name);
        if (document.base !== read.base) return false;
        database.replaces(name, state, read);
        document.snapshot = Uint8Array.from(state);
        document.base = read.last;
        document.updates = document.updates.filter(({ number }) => number > read.last);
        return true;
      }),
    settled: async () => void (await Promise.allSettled(this.#pending)),
    count: () => this.#call(({ documents }) => documents.size),
    names: () => this.#call(({ documents }) => [...documents.keys()].sort()),
    largest: async () => [],
  };

  readonly entries: EntryStore = {
    append: (team, entries) =>
      this.#call(database => {
        const held = database.entries.get(team) ?? [];
        const at = ({ entry }: HeldEntry) =>
          held.find(other => other.entry.author === entry.author && other.entry.seq === entry.seq);
        if (entries.some(item => (at(item)?.hash ?? item.hash) !== item.hash))
          throw new BenchmateError('CONFLICT', 'Another entry is stored under that number.');
        database.entries.set(team, [...held, ...entries.filter(item => !at(item))]);
      }),
    ofTeam: team => this.#call(database => (database.entries.get(team) ?? []).map(({ entry }) => entry).sort(inOrder)),
    teams: () => this.#call(({ entries }) => [...entries.keys()].sort()),
    counts: async () => ({ teams: 0, entries: 0 }),
  };

  readonly blocked: BlockedDevices = {
    block: (device, at) => this.#call(({ blocked }) => void blocked.set(device, at)),
    unblock: device => this.#call(({ blocked }) => blocked.delete(device)),
    all: () => this.#call(({ blocked }) => [...blocked].map(([device, at]) => ({ device, at }))),
  };

  secret(name: string): Promise<Uint8Array> {
    const made = crypto.getRandomValues(new Uint8Array(32));
    return this.#call(({ secrets }) => {
      const secret = secrets.get(name) ?? made;
      secrets.set(name, secret);
      return secret;
    });
  }

  async storedBytes(): Promise<number> {
    return 0;
  }

  async close(): Promise<void> {}
}

type Document = ReturnType<typeof documentOf>;

function documentOf({ documents }: SharedDatabase, name: string) {
  const document = documents.get(name) ?? { snapshot: null, base: 0, updates: [] };
  documents.set(name, document);
  return document;
}

const lastOf = ({ updates, base }: Document): number => updates.at(-1)?.number ?? base;

const inOrder = (a: Entry, b: Entry) => (a.author === b.author ? a.seq - b.seq : a.author < b.author ? -1 : 1);
