import type Database from 'better-sqlite3';
import * as Y from 'yjs';
import { hasPending } from '@benchmate/shared/documents/pending';
import type { Cast } from '../actors/cast.ts';
import type { EngineMachine, Written } from '../actors/engine.ts';
import type { Scene } from '../kernel/stage.ts';
import type { Deeds } from '../plan.ts';

/** What the sync server has of a document on its disk. */
export interface Stored {
  doc: Y.Doc;
  bytes: number;
  snapshotBytes: number;
}

/** Null while nobody has the storage open. */
export function storedDocument(cast: Cast, scene: Scene, documentId: string, upTo = Infinity): Stored | null {
  const found = cast.isCluster ? inCommon(scene, documentId) : onDisk(cast, scene, documentId);
  if (!found) return null;
  const { snapshot, base, updates } = found;
  const later = updates.filter(({ number }) => number <= upTo && number > base);
  const parts = [...(snapshot ? [snapshot] : []), ...later.map(({ data }) => data)];
  const doc = new Y.Doc({ guid: documentId });
  for (const part of parts) Y.applyUpdate(doc, part);
  return { doc, bytes: parts.reduce((sum, { length }) => sum + length, 0), snapshotBytes: snapshot?.length ?? 0 };
}

interface Parts {
  snapshot: Uint8Array | null;
  base: number;
  updates: readonly { number: number; data: Uint8Array }[];
}

const inCommon = ({ database }: Scene, documentId: string): Parts =>
  database.documents.get(documentId) ?? { snapshot: null, base: 0, updates: [] };

function onDisk({ servers }: Cast, { disk }: Scene, documentId: string): Parts | null {
  const { process } = servers[0]!;
  const db = process && (disk.database(process, 'benchmate-sync.db') as Database.Database | null);
  if (!db) return null;
  const snapshot = db
    .prepare<[string], { data: Uint8Array; upto: number }>(
      'SELECT data, upto FROM snapshots JOIN document USING (document) WHERE name = ?',
    )
    .get(documentId);
  const updates = db
    .prepare<[string], { data: Uint8Array; number: number }>(
      'SELECT data, number FROM updates JOIN document USING (document) WHERE name = ? ORDER BY number',
    )
    .all(documentId);
  return { snapshot: snapshot?.data ?? null, base: snapshot?.upto ?? 0, updates };
}

/** The same for equal documents, whatever the order in which they came to be. */
export const canonical = (doc: Y.Doc): string => {
  const marks = [...doc.getMap('marks').keys()].sort();
  const maps = ['projects', 'notes', 'files', 'pins'].map(name => doc.getMap(name).toJSON());
  const vector = [...Y.decodeStateVector(Y.encodeStateVector(doc))].sort(([a], [b]) => a - b);
  return JSON.stringify([marks, doc.getText('body').toJSON(), maps, vector]);
};

export const liveEngines = ({ engines }: Cast, deeds: Deeds): EngineMachine[] =>
  Object.values(engines).filter(({ name }) => !deeds.lost.has(name) && !(name === 'cy' && deeds.removedAt !== null));

/** S7, P2, P6: everybody shows the same, and nobody waits for anything. Null when that is so. */
export function differences(cast: Cast, deeds: Deeds, scene: Scene): string | null {
  const engines = liveEngines(cast, deeds);
  for (const engine of engines) {
    const status = engine.status;
    if (status?.state !== 'online')
      return `${engine.name} is ${status?.state ?? 'not running'}: ${status?.message ?? ''}`;
    const mayWait = engine.name === 'cy' && deeds.isCyPatched;
    if (status.unshared > 0 && !mayWait) return `${engine.name} has ${engine.waiting()}`;
  }
  if (!cast.servers.every(({ isRunning }) => isRunning)) return 'a server does not run';
  const ids = new Set(engines.flatMap(engine => engine.documentIds));
  for (const id of ids) {
    const stored = storedDocument(cast, scene, id);
    if (!stored) return 'the server has no storage';
    const isWaiting = (doc: Y.Doc) => !deeds.mayLeaveGap && hasPending(doc);
    const pending = isWaiting(stored.doc) && missing(stored.doc);
    const wanted = canonical(stored.doc);
    stored.doc.destroy();
    if (pending) return `P6: the server lacks updates of ${id.slice(44)}: ${pending}`;
    for (const engine of engines) {
      if (engine.read(id, isWaiting)) return `P6: ${engine.name} lacks updates of ${id.slice(44)}`;
      if (engine.read(id, canonical) !== wanted) return `P2: ${engine.name} and the server differ in ${id.slice(44)}`;
    }
    const { stock } = cast;
    if (
      stock.isRunning &&
      stock.documentId === id &&
      (!stock.doc || !stock.isSynced || canonical(stock.doc) !== wanted)
    )
      return 'P2: the stock client differs';
  }
  return null;
}

/** For what a document waits: clients of Yjs, and from which number on each is missing. */
function missing({ store }: Y.Doc): string {
  const structs = [...(store.pendingStructs?.missing ?? [])].map(([client, clock]) => `${client} from ${clock}`);
  return [...structs, ...(store.pendingDs ? ['deletions'] : [])].join(', ');
}

/** P1, P3, P7, when all is quiet. */
export function documentViolations(cast: Cast, deeds: Deeds, scene: Scene): string[] {
  const violations: string[] = [];
  const marks = new Map<string, Set<string>>();
  const { note } = cast.documents; // also where strangers alone wrote into it
  for (const id of new Set([
    note,
    ...Object.values(cast.engines).flatMap(({ written }) => written.map(({ documentId }) => documentId)),
  ])) {
    const stored = storedDocument(cast, scene, id)!;
    marks.set(id, new Set(stored.doc.getMap('marks').keys()));
    const least = Y.encodeStateAsUpdate(stored.doc).length;
    if (stored.bytes > 2 * Math.max(least, stored.snapshotBytes) + 3000)
      violations.push(`P7: ${id.slice(44)} takes ${stored.bytes} bytes for ${least}.`);
    stored.doc.destroy();
  }
  const has = ({ documentId, mark }: Pick<Written, 'documentId' | 'mark'>) => marks.get(documentId)?.has(mark) ?? false;
  for (const engine of Object.values(cast.engines)) {
    const isGone = !liveEngines(cast, deeds).includes(engine);
    for (const written of engine.written) {
      const counts = isGone ? written.isShared : written.isStored;
      if (counts && !has(written))
        violations.push(
          `P1/S1: ${written.mark} was acknowledged to ${engine.name}${isGone ? ' by the server' : ''} and is nowhere.`,
        );
      if (engine.name === 'cy' && deeds.removedAt !== null && written.at > deeds.removedAt && has(written))
        violations.push(`P3/M6: ${written.mark} was written after Cy was sent away, and counts.`);
    }
  }
  for (const { mark } of cast.reader.sent)
    if (has({ documentId: note, mark })) violations.push(`P3/D6: ${mark} was written by a reader, and counts.`);
  for (const { mark, at } of cast.ghost.sent)
    if (deeds.removedAt !== null && at > deeds.removedAt && has({ documentId: note, mark }))
      violations.push(`P3/M6: ${mark} was sent after Cy was sent away, and counts.`);
  for (const mark of cast.stock.marks)
    if (cast.stock.isRunning && !has({ documentId: note, mark }))
      violations.push(`P1: the stock client's ${mark} is gone.`);
  return violations;
}
