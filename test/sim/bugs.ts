/** A place in a program that reads otherwise while it is simulated. */
export interface SourceChange {
  file: string;
  /** Stands there exactly once. */
  from: string;
  to: string;
}

export interface PlantedBug {
  name: string;
  /** What goes wrong, and whose mistake it was. */
  says: string;
  changes: readonly SourceChange[];
}

/** Snapshots are made so often that compaction meets everything else. */
export const frequentCompaction: readonly SourceChange[] = [
  { file: 'sync-server/src/rooms/room.ts', from: 'compactAboveBytes = 16_384', to: 'compactAboveBytes = 400' },
  { file: 'sync-server/src/rooms/room.ts', from: 'compactAboveUpdates = 5000', to: 'compactAboveUpdates = 12' },
  { file: 'sync-server/src/rooms/room.ts', from: 'compactOnLeaving = 100', to: 'compactOnLeaving = 2' },
  {
    file: 'desktop/engine/src/replication/documents/hub.ts',
    from: 'compactAfterUpdates = 200',
    to: 'compactAfterUpdates = 6',
  },
];

const hub = 'desktop/engine/src/replication/documents/hub.ts';
const connection = 'sync-server/src/rooms/connection.ts';

/**
 * Mistakes that others made, one at a time, and how our code would read with them. A simulation that does not find each of them soon
 * proves nothing.
 */
export const bugs: readonly PlantedBug[] = [
  {
    name: 'ack-before-commit',
    says: 'An update is acknowledged before it is committed.',
    changes: [{ file: connection, from: 'await room.take(', to: 'void room.take(' }],
  },
  {
    name: 'unload-race',
    says: 'A document leaves memory before its last update is stored, and is read again without it (Hocuspocus #995).',
    changes: [
      {
        file: hub,
        from: 'if (loaded.leases > 0) return;\n    const { commit } = loaded;',
        to: 'if (loaded.leases > 0) return;\n    this.#loaded.delete(id);\n    const { commit } = loaded;',
      },
    ],
  },
  {
    name: 'unawaited-load',
    says: 'A document is shown before its stored content is in it (y-websocket #81).',
    changes: [
      {
        file: hub,
        from: 'doc.transact(() => {\n      for (const update of updates) Y.applyUpdate(doc, update);\n    });',
        to: 'queueMicrotask(() => {\n      for (const update of updates) Y.applyUpdate(doc, update);\n    });',
      },
    ],
  },
  {
    name: 'update-without-origin',
    says: 'Updates of transactions without an origin are not stored.',
    changes: [
      {
        file: hub,
        from: "const remote = typeof origin === 'object'",
        to: "if (!origin) return;\n      const remote = typeof origin === 'object'",
      },
    ],
  },
  {
    name: 'skipped-fsync',
    says: 'A commit is acknowledged that is not synced.',
    changes: [
      {
        file: 'shared/node/group-commit.ts',
        from: "this.#synchronize(this.#waiting.some(({ least }) => least === 'full') ? 'full' : 'normal')",
        to: "this.#synchronize('normal')",
      },
    ],
  },
  {
    name: 'ack-before-sync',
    says: 'What the operating system was given is acknowledged before it is on the disk.',
    changes: [
      {
        file: 'shared/node/group-commit.ts',
        from: 'if (full && this.#acknowledgements)',
        to: 'if (full && this.#acknowledgements && group.length === 0)',
      },
    ],
  },
  {
    name: 'last-writer-wins',
    says: 'Of two promotions made apart from each other the one with the later clock wins.',
    changes: [
      {
        file: 'shared/src/facts/alias-history.ts',
        from: 'const heads = effective(this.#heads);',
        to: 'const heads = effective(this.#heads).toSorted((a, b) => (a.item.entry.at < b.item.entry.at ? -1 : 1)).slice(-1);',
      },
    ],
  },
  {
    name: 'duplicate-on-retry',
    says: 'What the disk refused is done once more, on top of what the first try left in memory.',
    changes: [
      {
        file: 'desktop/engine/src/replication/feeds/replica.ts',
        from: 'if (before && (this.#spoilt || !sameVector(before, this.feeds.vector()))) await this.#reload();',
        to: 'if (before && (this.#spoilt || !sameVector(before, this.feeds.vector()))) return ((this.#spoilt = null), this.#change(work));',
      },
    ],
  },
  {
    name: 'state-vector-off-by-one',
    says: 'Who comes back is given everything but the first update that it lacks.',
    changes: [
      {
        file: 'sync-server/src/compaction/merge.ts',
        from: 'Y.diffUpdate(state, stateVector)',
        to: 'Y.diffUpdate(state, Y.encodeStateVector(new Map([...Y.decodeStateVector(stateVector)].map(([id, clock]) => [id, clock + 1]))))',
      },
    ],
  },
  {
    name: 'awareness-for-all',
    says: 'Who was sent away stays connected, and sees who is there.',
    changes: [
      {
        file: 'sync-server/src/rooms/rooms.ts',
        from: 'else connection.close(',
        to: "else connection.permission = 'read';\n        const gone = { close(..._: unknown[]) {} };\n        if (!permission) gone.close(",
      },
    ],
  },
  {
    name: 'collected-across-a-gap',
    says: 'Compaction drops what waits for updates that are still missing.',
    changes: [
      {
        file: 'sync-server/src/compaction/merge.ts',
        from: 'const state = Y.encodeStateAsUpdate(doc);',
        to: 'doc.store.pendingStructs = null;\n    doc.store.pendingDs = null;\n    const state = Y.encodeStateAsUpdate(doc);',
      },
    ],
  },
  {
    name: 'compaction-drop',
    says: 'Compaction removes updates that came after it had read the document.',
    changes: [
      {
        file: 'sync-server/src/storage/documents.ts',
        from: 'this.#drop.run(document, last);',
        to: 'this.#drop.run(document, Number.MAX_SAFE_INTEGER);',
      },
    ],
  },
  {
    name: 'double-lease',
    says: 'A document that is open is loaded again for the next who asks: two live copies of one.',
    changes: [{ file: hub, from: 'this.#loaded.get(id) ?? this.#load(id);', to: 'this.#load(id);' }],
  },
  {
    name: 'reader-writes',
    says: 'Nobody looks whether a connection may write.',
    changes: [
      { file: connection, from: "this.permission !== 'write' && ", to: "this.permission === ('nobody' as string) && " },
    ],
  },
  {
    name: 'late-news',
    says: 'A connection that is over takes back what the next one confirmed. It was ours, found by this simulation.',
    changes: [
      {
        file: 'desktop/engine/src/replication/sync/feeds-link.ts',
        from: 'if (this.#isOver || !message) return;',
        to: 'if (!message) return;',
      },
    ],
  },
];
