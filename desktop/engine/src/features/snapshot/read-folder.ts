import { createHash } from 'node:crypto';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { verifyEntry, type HeldEntry } from '@benchmate/shared/facts/entry-hash';
import type { Feeds } from '@benchmate/shared/facts/feeds';
import { statesIn } from '@benchmate/shared/snapshot/document-text';
import { factsIn } from '@benchmate/shared/snapshot/facts-text';
import {
  documentOfPlace,
  readHead,
  snapshotFolder,
  snapshotPlace,
  unreadable,
  type SnapshotHead,
} from '@benchmate/shared/snapshot/places';
import { documentOf } from '@benchmate/shared/snapshot/state';
import { Slices } from '../../replication/feeds/slices.ts';
import { readSnapshotFile, snapshotFiles } from './folder.ts';

/** A snapshot that was read and found to be whole. */
export interface ReadSnapshot {
  head: SnapshotHead;
  entries: HeldEntry[];
  documents: { documentId: string; states: Uint8Array[] }[];
  /** Fingerprints of all files, also of those that were known and not read into the rest. */
  files: Map<string, string>;
}

export interface ReadOrder {
  /** The folder of the project. */
  dir: string;
  projectId: string;
  /** The feeds that are held of a team, if any: their signatures are not checked again. */
  feedsOf: (team: string) => Feeds | null;
  /** Whether all of a file was taken before. */
  isKnown: (path: string, fingerprint: string, team: string) => boolean;
}

/** Reads and checks a whole folder; null where there is none. Takes nothing anywhere (G8). */
export async function readFolder({ dir, projectId, feedsOf, isKnown }: ReadOrder): Promise<ReadSnapshot | null> {
  const found = await snapshotFiles(dir);
  if (!found?.some(({ path }) => path === 'snapshot.json')) return null;
  const head = readHead(await readSnapshotFile(dir, 'snapshot.json'));
  if (head.project !== projectId)
    throw new BenchmateError(
      'BAD_REQUEST',
      `${snapshotFolder} holds the snapshot of another project, ${head.project}.`,
      'Remove the folder if it was copied from there, and write it again.',
    );
  const snapshot: ReadSnapshot = { head, entries: [], documents: [], files: new Map() };
  const slices = new Slices();
  for (const { path } of found) {
    const place = snapshotPlace(path);
    if (place?.kind !== 'facts' && place?.kind !== 'document') continue;
    const text = await readSnapshotFile(dir, path);
    const fingerprint = fingerprintOf(text);
    snapshot.files.set(path, fingerprint);
    if (isKnown(path, fingerprint, head.team)) continue;
    if (place.kind === 'facts') {
      const { device } = place;
      const { team } = head;
      const added = await checkedFacts(text, path, { device, team, held: feedsOf(team), slices });
      for (const item of added) snapshot.entries.push(item);
    } else {
      const documentId = documentOfPlace(place, head);
      snapshot.documents.push({ documentId, states: checkedStates(text, path, documentId) });
    }
    if (slices.isOver) await slices.giveWay();
  }
  return snapshot;
}

export const fingerprintOf = (text: string): string => createHash('sha256').update(text).digest('base64url');

async function checkedFacts(
  text: string,
  path: string,
  { device, team, held, slices }: { device: string; team: string; held: Feeds | null; slices: Slices },
): Promise<HeldEntry[]> {
  const known = new Set(held?.head(device) ? held.entries().map(({ hash }) => hash) : []);
  const checked: HeldEntry[] = [];
  for (const item of factsIn(text, path, device)) {
    if (slices.isOver) await slices.giveWay(); // a signature takes a millisecond, and others wait
    if (known.has(item.hash)) continue;
    const of = item.entry.fact.kind === 'team.founded' ? item.hash : item.entry.team;
    if (of !== team || !verifyEntry(item.entry)) throw unreadable(path);
    checked.push(item);
  }
  return checked;
}

function checkedStates(text: string, path: string, documentId: string): Uint8Array[] {
  const states = statesIn(text, path, documentId);
  try {
    documentOf(states).destroy();
  } catch {
    throw unreadable(path);
  }
  return states;
}
