import * as Y from 'yjs';
import { fromBase64Url, toBase64Url } from '@benchmate/shared/facts/keys';
import { throwIfCancelled, type Progress } from '../../host/progress.ts';
import type { DocumentHub } from '../../replication/documents/hub.ts';
import type { DocumentStore } from '../../replication/documents/store.ts';
import type { FeedReplica } from '../../replication/feeds/replica.ts';
import type { HeadLine } from './lines.ts';
import { SealedLines, type Counts } from './sealed-lines.ts';

export interface ContentsParts {
  replica: FeedReplica;
  documents: DocumentStore;
  hub: DocumentHub;
  now: () => number;
}

export interface ContentsOrder {
  /** What the recipient has; null for everything. */
  had: HeadLine['have'] | null;
  /** False: the head and the end alone. */
  contents: boolean;
  /** The documents to look at; all of the team where this is absent. */
  documents?: readonly string[];
}

const entriesPerTurn = 200;
/** Yjs's update of a document that has nothing new: no clients, no deletions. */
export const emptyUpdateBytes = 2;

/** The lines of a bundle, made while they are written; `counts` says afterwards what they held. */
export async function* bundleLines(
  parts: ContentsParts,
  order: ContentsOrder,
  progress: Progress & { counts: Counts },
): AsyncGenerator<string> {
  const { replica } = parts;
  const sealed = new SealedLines(replica.teamId, replica.keys);
  const documents = order.documents ?? parts.documents.list(replica.teamId);
  yield sealed.line(await headOf(parts, documents, progress));
  if (order.contents) {
    yield* entryLines(parts, order, progress, sealed);
    yield* documentLines(parts, order, progress, { documents, sealed });
  }
  yield sealed.end(progress.counts);
}

async function headOf(
  { replica, hub, now }: ContentsParts,
  documents: readonly string[],
  progress: Progress,
): Promise<HeadLine> {
  const vectors: Record<string, string> = {};
  for (const [at, id] of documents.entries()) {
    throwIfCancelled(progress);
    progress.tell('looking at documents', at, documents.length);
    vectors[id] = hub.read(id, doc => toBase64Url(Y.encodeStateVector(doc)));
    await othersFirst();
  }
  return headLineOf(replica, now(), vectors);
}

/** The first line of a file of this device's. */
export function headLineOf(replica: FeedReplica, now: number, documents: HeadLine['have']['documents']): HeadLine {
  const { keys, teamId, registry, stored: feeds, heads } = replica;
  const { name: teamName, members } = registry.membership;
  const me = members.find(({ device }) => device === keys.device);
  return {
    format: 'benchmate-bundle',
    v: 1,
    team: teamId,
    teamName,
    from: { device: keys.device, name: me?.name ?? '' },
    at: new Date(now).toISOString(),
    have: { feeds, heads, documents },
  };
}

async function* entryLines(
  { replica }: ContentsParts,
  { had }: ContentsOrder,
  progress: Progress & { counts: Counts },
  sealed: SealedLines,
): AsyncGenerator<string> {
  const entries = replica.storedAfter(had?.feeds ?? {});
  for (const [at, entry] of entries.entries()) {
    yield sealed.line({ entry });
    progress.counts.entries++;
    if (at % entriesPerTurn > 0) continue;
    throwIfCancelled(progress);
    progress.tell('writing facts', at, entries.length);
    await othersFirst();
  }
}

async function* documentLines(
  { hub }: ContentsParts,
  { had }: ContentsOrder,
  progress: Progress & { counts: Counts },
  { documents, sealed }: { documents: readonly string[]; sealed: SealedLines },
): AsyncGenerator<string> {
  for (const [at, document] of documents.entries()) {
    throwIfCancelled(progress);
    progress.tell('writing documents', at, documents.length);
    const vector = fromBase64Url(had?.documents[document] ?? '');
    const known = vector && vector.length > 0 ? vector : undefined;
    const update = hub.read(document, doc => Y.encodeStateAsUpdate(doc, known));
    if (update.length > emptyUpdateBytes) {
      yield sealed.line({ document, update: toBase64Url(update) });
      progress.counts.documents++;
    }
    await othersFirst();
  }
}

/** Whatever else the engine has to do comes between two documents. */
const othersFirst = () => new Promise<void>(resolve => setImmediate(resolve));
