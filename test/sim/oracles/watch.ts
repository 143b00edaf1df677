import type Database from 'better-sqlite3';
import * as Y from 'yjs';
import { frame } from '@benchmate/shared/protocol/document-wire';
import type { Cast } from '../actors/cast.ts';
import type { Disk } from '../kernel/disk.ts';
import type { Scene } from '../kernel/stage.ts';
import { watchThreads } from '../kernel/watched.ts';
import type { Deeds } from '../plan.ts';
import { canonical, storedDocument } from './documents.ts';

interface Call {
  part: string;
  method: string;
  args: readonly unknown[];
}

/** Acknowledged means committed: what the server had confirmed to somebody is there when it has started again. */
function forgotten({ server, engines }: Cast, disk: Disk): string[] {
  const marks = new Map<string, Set<string>>();
  const has = (documentId: string, mark: string) => {
    let known = marks.get(documentId);
    if (!known) {
      const stored = storedDocument(disk, server.process!, documentId);
      known = new Set(stored?.doc.getMap('marks').keys());
      stored?.doc.destroy();
      marks.set(documentId, known);
    }
    return known.has(mark);
  };
  const db = disk.database(server.process!, 'benchmate-sync.db') as Database.Database | null;
  const entries = new Set(db?.prepare<[], string>('SELECT hash FROM entries').pluck().all());
  return Object.values(engines).flatMap(({ name, written, stated }) => [
    ...written
      .filter(({ isShared, documentId, mark }) => isShared && !has(documentId, mark))
      .map(({ mark }) => `P1: the server had confirmed ${mark} to ${name}, and started without it.`),
    ...stated
      .filter(({ isShared, item }) => isShared && !entries.has(item.hash))
      .map(({ item }) => `P1: the server had confirmed entry ${item.entry.seq} to ${name}, and started without it.`),
  ]);
}

/** How long a server may need to act on what it has committed. */
const graceMs = 50;

/** P3 and P4 while things happen: what is sent to whom, and what a compaction puts in the place of what. */
export function watch(cast: Cast, { network, disk, world }: Scene, deeds: Deeds): void {
  const violations = world.failures;
  network.sent = ({ from, to, bytes, isBinary }) => {
    if (from.name !== 'server' || deeds.removedAt === null || world.now < deeds.removedAt + graceMs || !isBinary)
      return;
    const isContent = bytes[0] === frame.awareness || (bytes[0] === frame.sync && bytes[1] !== 0);
    if ((to.name === 'cy' || to.name === 'ghost') && isContent)
      violations.push(`P3/M6: the server sent ${bytes.length} bytes of a document to ${to.name}, who was sent away.`);
  };
  cast.server.started = () => violations.push(...forgotten(cast, disk));
  watchThreads((program, message) => {
    if (!program.startsWith('sqlite') || !Array.isArray(message) || !cast.server.process) return;
    for (const { part, method, args } of message as Call[]) {
      if (part !== 'documents' || method !== 'replace') continue;
      const [name, state, { base, last }] = args as [string, Uint8Array, { base: number; last: number }];
      const before = storedDocument(disk, cast.server.process, name, last);
      if (!before) continue;
      const after = new Y.Doc();
      Y.applyUpdate(after, state);
      const whole = (doc: Y.Doc) => canonical(doc) + waiting(doc);
      if (base <= last && whole(before.doc) !== whole(after))
        violations.push(`P4: compaction of ${name.slice(44)} up to ${last} changed the document.`);
      before.doc.destroy();
      after.destroy();
    }
  });
}

/** What waits for missing updates. Which of those Yjs noted first depends on the order of arrival, and says nothing. */
function waiting({ store: { pendingStructs, pendingDs } }: Y.Doc): string {
  const { from, to } = pendingStructs ? Y.parseUpdateMetaV2(pendingStructs.update) : { from: [], to: [] };
  const sorted = (clocks: Iterable<[number, number]>) => [...clocks].toSorted(([a], [b]) => a - b);
  return JSON.stringify([sorted(from), sorted(to), pendingDs !== null]);
}
