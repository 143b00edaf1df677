import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as Y from 'yjs';
import { fromBase64Url, toBase64Url } from '@benchmate/shared/facts/keys';
import { bundleLines, emptyUpdateBytes } from '../../features/bundles/contents.ts';
import { headLine, type HeadLine } from '../../features/bundles/lines.ts';
import { isAuthor } from '../../features/bundles/take-in.ts';
import { writeBundleFile } from '../../features/bundles/write-file.ts';
import { throwIfCancelled } from '../../host/progress.ts';
import type { FolderFile } from './listing.ts';
import { fileName } from './names.ts';
import { silently, type Round } from './round.ts';
import type { ChangedDocument } from './store.ts';

/** Everybody whom the folder lets in: who shall read what is said by the folder, and by its passphrase. */
export const forTheFolder = 0o666;

/** Writes what the folder lacks of what is held here into one new file. Answers whether there was anything. Throws CANCELLED. */
export async function publishNew(round: Round, listing: readonly FolderFile[]): Promise<boolean> {
  const { store, folder, documents, hub, replica, clock, lock, signal, root, own } = round;
  const { teamId } = replica;
  const settings = folder.read(teamId);
  if (!settings) return false;
  // Others take documents only from who may write them.
  const changed = isAuthor(replica, replica.keys.device) ? folder.changed(teamId) : [];
  const news = await withNews(round, changed);
  const entries = replica.storedAfter(settings.feeds);
  if (news.length === 0 && entries.length === 0) {
    if (changed.length > 0) await store.write(() => changed.forEach(document => folder.clear(document)));
    return false;
  }
  const taken = listing.filter(({ device }) => device === own).map(({ last }) => last + 1);
  const number = Math.max(settings.next, ...taken);
  await store.write(() => folder.setNext(teamId, number + 1));
  const name = fileName({ first: number, last: number });
  const path = join(root, own, name);
  await mkdir(join(root, own), { recursive: true });
  const had = {
    feeds: settings.feeds,
    documents: Object.fromEntries(
      news.map(({ documentId }) => [documentId, toBase64Url(Y.encodeStateVector(folder.document(documentId)))]),
    ),
  };
  const order = { had, contents: true, documents: news.map(({ documentId }) => documentId) };
  const counts = { entries: 0, documents: 0 };
  const lines = bundleLines({ replica, documents, hub, now: clock.now }, order, { ...silently(round), counts });
  let have: HeadLine['have'] = had;
  const heard = heardHead(lines, head => (have = head.have));
  await writeBundleFile(heard, { file: path, replace: false, lock, mode: forTheFolder, signal });
  const { size, mtimeMs } = await stat(path);
  await store.write(() => {
    folder.setFile(teamId, { name: `${own}/${name}`, sizeBytes: size, modifiedMs: mtimeMs, missingSince: null });
    folder.setFeeds(teamId, have.feeds);
    for (const [documentId, vector] of Object.entries(have.documents))
      folder.setDocument(documentId, Y.decodeStateVector(fromBase64Url(vector)!));
    for (const document of changed) folder.clear(document);
  });
  return true;
}

/** What came from another place may be in the folder, too. */
async function withNews(round: Round, changed: readonly ChangedDocument[]): Promise<ChangedDocument[]> {
  const { hub, folder } = round;
  const news: ChangedDocument[] = [];
  for (const document of changed) {
    throwIfCancelled(silently(round));
    const { documentId } = document;
    const held = Y.encodeStateVector(folder.document(documentId));
    const update = hub.read(documentId, doc => Y.encodeStateAsUpdate(doc, held));
    if (update.length > emptyUpdateBytes) news.push(document);
    await new Promise<void>(resolve => setImmediate(resolve)); // whatever else the engine has to do comes between
  }
  return news;
}

async function* heardHead(lines: AsyncIterable<string>, hear: (head: HeadLine) => void): AsyncGenerator<string> {
  let isFirst = true;
  for await (const line of lines) {
    if (isFirst) hear(headLine.parse(JSON.parse(line)));
    isFirst = false;
    yield line;
  }
}
