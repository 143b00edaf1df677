import type Database from 'better-sqlite3';
import * as Y from 'yjs';
import { frame } from '@benchmate/shared/protocol/document-wire';
import type { Cast } from '../actors/cast.ts';
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
function forgotten(cast: Cast, scene: Scene): string[] {
  const { engines } = cast;
  const marks = new Map<string, Set<string>>();
  const has = (documentId: string, mark: string) => {
    let known = marks.get(documentId);
    if (!known) {
      const stored = storedDocument(cast, scene, documentId);
      known = new Set(stored?.doc.getMap('marks').keys());
      stored?.doc.destroy();
      marks.set(documentId, known);
    }
    return known.has(mark);
  };
  const entries = storedEntries(cast, scene);
  return Object.values(engines).flatMap(({ name, written, stated }) => [
    ...written
      .filter(({ isShared, documentId, mark }) => isShared && !has(documentId, mark))
      .map(({ mark }) => `P1: the server had confirmed ${mark} to ${name}, and started without it.`),
    ...stated
      .filter(({ isShared, item }) => isShared && !entries.has(item.hash))
      .map(({ item }) => `P1: the server had confirmed entry ${item.entry.seq} to ${name}, and started without it.`),
  ]);
}

function storedEntries({ servers, isCluster }: Cast, { disk, database }: Scene): Set<string> {
  if (isCluster) return new Set([...database.entries.values()].flatMap(items => items.map(({ hash }) => hash)));
  const db = disk.database(servers[0]!.process!, 'benchmate-sync.db') as Database.Database | null;
  return new Set(db?.prepare<[], string>('SELECT hash FROM entries').pluck().all());
}

/** How long a server may need to act on what it has committed. */
const graceMs = 50;

/** P3 and P4 while things happen: what is sent to whom, and what a compaction puts in the place of what. */
export function watch(cast: Cast, scene: Scene, deeds: Deeds): void {
  const { network, world, database } = scene;
  const violations = world.failures;
  network.sent = ({ from, to, bytes, isBinary }) => {
    if (
      !cast.servers.some(({ name }) => name === from.name) ||
      deeds.removedAt === null ||
      world.now < deeds.removedAt + graceMs ||
      !isBinary
    )
      return;
    const isContent = bytes[0] === frame.awareness || (bytes[0] === frame.sync && bytes[1] !== 0);
    if ((to.name === 'cy' || to.name === 'ghost') && isContent)
      violations.push(`P3/M6: the server sent ${bytes.length} bytes of a document to ${to.name}, who was sent away.`);
  };
  for (const server of cast.servers) server.started = () => violations.push(...forgotten(cast, scene));
  const compacted = (name: string, state: Uint8Array, { base, last }: { base: number; last: number }) => {
    const before = storedDocument(cast, scene, name, last);
    if (!before) return;
    const after = new Y.Doc();
    Y.applyUpdate(after, state);
    const whole = (doc: Y.Doc) => canonical(doc) + waiting(doc);
    if (base <= last && whole(before.doc) !== whole(after))
      violations.push(`P4: compaction of ${name.slice(44)} up to ${last} changed the document.`);
    before.doc.destroy();
    after.destroy();
  };
  database.replaces = compacted;
  watchThreads((program, message) => {
    if (!program.startsWith('sqlite') || !Array.isArray(message)) return;
    for (const { part, method, args } of message as Call[]) {
      if (part !== 'documents' || method !== 'replace') continue;
      const [name, state, { base, last }] = args as [string, Uint8Array, { base: number; last: number }];
      compacted(name, state, { base, last });
    }
  });
}

/** What waits for missing updates. Which of those Yjs noted first depends on the order of arrival, and says nothing. */
function waiting({ store: { pendingStructs, pendingDs } }: Y.Doc): string {
  const { from, to } = pendingStructs ? Y.parseUpdateMetaV2(pendingStructs.update) : { from: [], to: [] };
  const sorted = (clocks: Iterable<[number, number]>) => [...clocks].toSorted(([a], [b]) => a - b);
  return JSON.stringify([sorted(from), sorted(to), pendingDs !== null]);
}
