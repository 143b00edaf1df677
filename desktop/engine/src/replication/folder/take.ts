import { lstat } from 'node:fs/promises';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import * as Y from 'yjs';
import type { FeedVector } from '@benchmate/shared/facts/entry';
import { coversDocument } from '../../features/bundles/coverage.ts';
import { takeIn, type TakenIn } from '../../features/bundles/take-in.ts';
import type { FolderFile } from './listing.ts';
import { isHeldBy, numbersOf } from './names.ts';
import { silently, type Round } from './round.ts';
import type { KnownFile } from './store.ts';

interface Seen {
  sizeBytes: number;
  modifiedMs: number;
}

/**
 * Takes in what is new in the folder, in any order of arrival: a file that misses what comes before it waits for the files that
 * bring it. Answers whether anything was taken.
 */
export async function takeNew(round: Round, listing: readonly FolderFile[], factsAdded: boolean): Promise<boolean> {
  const { folder, replica, problems, signal } = round;
  const known = folder.files(replica.teamId);
  const changedBefore = new Set(folder.changed(replica.teamId).map(({ documentId }) => documentId));
  let pending = listing.filter(({ name }) => !known.has(name));
  let [took, progressed] = [false, factsAdded];
  do {
    const left: FolderFile[] = [];
    let passed = false;
    for (const file of pending) {
      if (signal.aborted) return took;
      if (await takeOne(round, file, { known, changedBefore, progressed: progressed || passed })) passed = true;
      if (problems.has(file.name)) left.push(file);
    }
    took ||= passed;
    progressed = passed;
    pending = left;
  } while (progressed && pending.length > 0);
  return took;
}

interface Pass {
  known: Map<string, KnownFile>;
  changedBefore: ReadonlySet<string>;
  progressed: boolean;
}

async function takeOne(round: Round, file: FolderFile, { known, changedBefore, progressed }: Pass): Promise<boolean> {
  const { clock, problems, lock, signal } = round;
  const seen = await look(file);
  if (!seen) return false;
  const at = clock.monotonic();
  if (!problems.mayHelp(file.name, { ...seen, at, progressed })) return false;
  const record = { name: file.name, ...seen, missingSince: null };
  if (file.exact && isHeldBy(file, takenOf(file, known))) {
    await remember(round, record, null, changedBefore);
  } else {
    try {
      const taken = await takeIn({ file: file.path, lock, signal }, round, silently(round));
      await handOver(round, { ...taken.contradicted, ...taken.evidence });
      if (taken.incomplete || taken.unauthorised) {
        problems.note(file, { ...seen, at, sentence: taken.imported.refused.join(' '), waits: true });
        return taken.imported.entries + taken.imported.documents > 0;
      }
      await remember(round, record, taken, changedBefore);
    } catch (error) {
      const sentence = ofFile(error, file);
      if (sentence) problems.note(file, { ...seen, at, sentence, waits: false });
      return false;
    }
  }
  known.set(file.name, record);
  problems.solved(file.name);
  return true;
}

/** Who wrote the file holds other entries under these numbers: what is held here is not in the folder for it (F4). */
async function handOver({ store, folder, replica, secondHistories }: Round, contradicted: FeedVector): Promise<void> {
  const { teamId } = replica;
  if (Object.keys(contradicted).length === 0) return;
  await store.write(() => {
    const feeds = folder.read(teamId)?.feeds;
    if (feeds) folder.setFeeds(teamId, secondHistories.less(feeds, contradicted));
  });
  secondHistories.answered(contradicted);
}

/** What is wrong with the file, in a sentence; '' when there is nothing to say. Throws what has another cause. */
function ofFile(error: unknown, { path }: FolderFile): string {
  const code = String((error as { code?: unknown }).code);
  if (code === 'CANCELLED' || code === 'NOT_FOUND' || (error as Error).name === 'AbortError') return '';
  if (error instanceof BenchmateError && code !== 'ENGINE_UNAVAILABLE') return error.message;
  if (/^(EACCES|EPERM|EBUSY)$/.test(code)) return `${path} may not be read by this user.`;
  throw error;
}

/** Null for what was removed meanwhile, and for what is no file. */
async function look({ path }: FolderFile): Promise<Seen | null> {
  try {
    const found = await lstat(path);
    if (!found.isFile()) return null; // a link, or a pipe that somebody waits behind
    const { size, mtimeMs } = found;
    return { sizeBytes: size, modifiedMs: mtimeMs };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Numbers of the same device that are taken already: their file is gathered from them. */
const takenOf = ({ device }: FolderFile, known: ReadonlyMap<string, KnownFile>) =>
  [...known.keys()]
    .filter(name => name.startsWith(`${device}/`))
    .map(name => numbersOf(name))
    .filter(numbers => numbers !== null);

/** A document whose only change is what this file brought does not wait to be written to where it came from. */
function remember(
  { store, folder, hub, replica }: Round,
  record: KnownFile,
  taken: TakenIn | null,
  changedBefore: ReadonlySet<string>,
): Promise<void> {
  const { teamId } = replica;
  return store.write(() => {
    folder.setFile(teamId, record);
    if (!taken) return;
    const feeds = folder.read(teamId)?.feeds ?? {};
    folder.setFeeds(teamId, taken.holds.overFeeds(feeds));
    for (const documentId of taken.holds.documents.keys()) {
      const vector = taken.holds.overDocument(documentId, folder.document(documentId));
      folder.setDocument(documentId, vector);
      if (changedBefore.has(documentId)) continue;
      const held = hub.read(documentId, doc => Y.decodeStateVector(Y.encodeStateVector(doc)));
      if (coversDocument(vector, held)) folder.clear({ documentId, mark: 1 });
    }
  });
}
