import { createHash } from 'node:crypto';
import * as Y from 'yjs';
import { fromBase64Url, signText, toBase64Url } from '@benchmate/shared/facts/keys';
import { throwIfCancelled, type Progress } from '../../host/progress.ts';
import type { DocumentHub } from '../../replication/documents/hub.ts';
import type { DocumentStore } from '../../replication/documents/store.ts';
import type { FeedReplica } from '../../replication/feeds/replica.ts';
import { signedText, type DocumentLine, type EndLine, type EntryLine, type HeadLine } from './lines.ts';

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
}

/** What a bundle with nothing but its head says at its end, too. */
export interface Counts {
  entries: number;
  documents: number;
}

const entriesPerTurn = 200;
/** Yjs's update of a document that has nothing new: no clients, no deletions. */
const emptyUpdateBytes = 2;

/** The lines of a bundle, made while they are written; `counts` says afterwards what they held. */
export async function* bundleLines(
  parts: ContentsParts,
  order: ContentsOrder,
  progress: Progress & { counts: Counts },
): AsyncGenerator<string> {
  const { replica } = parts;
  const sum = createHash('sha256');
  const line = (value: HeadLine | EntryLine | DocumentLine): string => {
    const text = `${JSON.stringify(value)}\n`;
    sum.update(text);
    return text;
  };
  const documents = parts.documents.list(replica.teamId);
  yield line(await headOf(parts, documents, progress));
  if (order.contents) {
    yield* entryLines(parts, order, progress, line);
    yield* documentLines(parts, order, progress, { documents, line });
  }
  const sha256 = sum.digest('hex');
  const end: EndLine = {
    end: { ...progress.counts, sha256 },
    sig: signText(signedText(replica.teamId, sha256), replica.keys),
  };
  yield `${JSON.stringify(end)}\n`;
}

async function headOf(
  { replica, hub, now }: ContentsParts,
  documents: readonly string[],
  progress: Progress,
): Promise<HeadLine> {
  const { keys, teamId, stored } = replica;
  const { name: teamName, members } = replica.registry.membership;
  const me = members.find(({ device }) => device === keys.device);
  const vectors: Record<string, string> = {};
  for (const [at, id] of documents.entries()) {
    throwIfCancelled(progress);
    progress.tell('looking at documents', at, documents.length);
    vectors[id] = hub.read(id, doc => toBase64Url(Y.encodeStateVector(doc)));
    await othersFirst();
  }
  return {
    format: 'benchmate-bundle',
    v: 1,
    team: teamId,
    teamName,
    from: { device: keys.device, name: me?.name ?? '' },
    at: new Date(now()).toISOString(),
    have: { feeds: stored, documents: vectors },
  };
}

async function* entryLines(
  { replica }: ContentsParts,
  { had }: ContentsOrder,
  progress: Progress & { counts: Counts },
  line: (value: EntryLine) => string,
): AsyncGenerator<string> {
  const entries = replica.storedAfter(had?.feeds ?? {});
  for (const [at, entry] of entries.entries()) {
    yield line({ entry });
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
  { documents, line }: { documents: readonly string[]; line: (value: DocumentLine) => string },
): AsyncGenerator<string> {
  for (const [at, document] of documents.entries()) {
    throwIfCancelled(progress);
    progress.tell('writing documents', at, documents.length);
    const vector = fromBase64Url(had?.documents[document] ?? '');
    const known = vector && vector.length > 0 ? vector : undefined;
    const update = hub.read(document, doc => Y.encodeStateAsUpdate(doc, known));
    if (update.length > emptyUpdateBytes) {
      yield line({ document, update: toBase64Url(update) });
      progress.counts.documents++;
    }
    await othersFirst();
  }
}

/** Whatever else the engine has to do comes between two documents. */
const othersFirst = () => new Promise<void>(resolve => setImmediate(resolve));
