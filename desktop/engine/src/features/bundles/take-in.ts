import { createHash } from 'node:crypto';
import { teamOf } from '@benchmate/shared/documents/document-id';
import { applyOrPark } from '@benchmate/shared/documents/pending';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Entry, FeedVector } from '@benchmate/shared/facts/entry';
import { fromBase64Url, verifyText } from '@benchmate/shared/facts/keys';
import { allows, heldBy } from '@benchmate/shared/facts/rights';
import type { Imported } from '@benchmate/shared/domain/bundle-task';
import { throwIfCancelled, type Progress } from '../../host/progress.ts';
import { documentKind } from '../../replication/documents/document-kind.ts';
import type { DocumentHub } from '../../replication/documents/hub.ts';
import type { FeedReplica } from '../../replication/feeds/replica.ts';
import { headLine, laterLine, signedText, type DocumentLine, type HeadLine } from './lines.ts';
import { Coverage } from './coverage.ts';
import { damaged, readBundleFile, type BundleSource } from './read-file.ts';

export interface TakeInParts {
  replica: FeedReplica;
  hub: DocumentHub;
}

/** What became of a file. */
export interface TakenIn {
  imported: Imported;
  /** Something before a part is missing: that part was not taken, and is once the rest is here. */
  incomplete: boolean;
  /** Its writer may write no documents, by the facts held now. */
  unauthorised: boolean;
  /** What the file holds of what was taken. */
  holds: Coverage;
  /** Numbers under which its writer says to hold another entry than is held here, before anything was taken. */
  contradicted: FeedVector;
  /** Of whom it brought new evidence of a second history, and a number under which another entry is held here. */
  evidence: FeedVector;
}

interface Whole {
  head: HeadLine;
  lines: number;
}

const entriesAtOnce = 200;

/** Reads the head of a bundle whose whole is in order: what its writer had. */
export async function readHead(source: BundleSource, team: string, progress: Progress): Promise<HeadLine> {
  return (await readWhole(source, team, progress)).head;
}

/** Takes everything in that is new and allowed (SPEC.md); the file is read twice, the first time to see that it is whole. */
export async function takeIn(source: BundleSource, parts: TakeInParts, progress: Progress): Promise<TakenIn> {
  const { replica } = parts;
  const { head, lines } = await readWhole(source, replica.teamId, progress);
  const contradicted = contradictedBy(head, replica);
  let evidence: FeedVector = {};
  const result: Imported = { kind: 'import', from: head.from.name, at: head.at, entries: 0, documents: 0, refused: [] };
  const refused = new Set<string>();
  const holds = new Coverage();
  let incomplete = false;
  let entries: Entry[] = [];
  const receive = async () => {
    const { added, rejected, gap, contradicted: found } = await replica.receive(entries);
    evidence = { ...found, ...evidence };
    if (rejected.length === 0 && !gap) holds.addEntries(entries);
    entries = [];
    result.entries += added.length;
    for (const sentence of rejected) refused.add(sentence);
    if (!gap) return;
    incomplete = true;
    refused.add('Facts that come before some of these are missing: ask for a bundle without --since.');
  };
  let at = 0;
  let mayWrite: boolean | null = null;
  for await (const text of readBundleFile(source)) {
    throwIfCancelled(progress);
    if (at++ === 0) continue;
    const line = laterLine.parse(JSON.parse(text.toString('utf8')));
    if ('entry' in line) {
      entries.push(line.entry);
      if (entries.length === entriesAtOnce) await receive();
    } else {
      if (entries.length > 0) await receive();
      if ('end' in line) break;
      mayWrite ??= isAuthor(replica, head.from.device);
      if (!mayWrite)
        refused.add(
          `Notes and threads were left out: ${head.from.name || 'who made the bundle'} is no member who may write them.`,
        );
      else {
        const { changed, outcome } = await takeDocument(line, parts, refused);
        if (changed) result.documents++;
        if (outcome === 'parked') incomplete = true;
        if (outcome === 'taken') holds.addUpdate(line.document, line.update);
      }
    }
    progress.tell('taking in', at, lines);
  }
  const imported = { ...result, refused: [...refused] };
  return { imported, incomplete, unauthorised: mayWrite === false, holds, contradicted, evidence };
}

/** Nothing is taken unless everything is as its writer signed it (U1, U4). */
async function readWhole(source: BundleSource, team: string, progress: Progress): Promise<Whole> {
  const { file } = source;
  const sum = createHash('sha256');
  const counts = { entries: 0, documents: 0 };
  let head: HeadLine | null = null;
  let lines = 0;
  for await (const text of readBundleFile(source)) {
    throwIfCancelled(progress);
    lines++;
    if (lines % 100 === 1) progress.tell('checking the file', 0, 0);
    const value = parsed(text, file);
    if (head === null) {
      head = headOf(value, file);
      checkTeam(head, team);
    } else {
      const { data: line } = laterLine.safeParse(value);
      if (!line) throw damaged(file);
      if ('end' in line) {
        const { sha256, ...stated } = line.end;
        const isWhole =
          sha256 === sum.digest('hex') && stated.entries === counts.entries && stated.documents === counts.documents;
        if (!isWhole || !verifyText(line.sig, signedText(head.team, sha256), head.from.device)) throw damaged(file);
        return { head, lines };
      }
      if ('entry' in line) counts.entries++;
      else if (teamOf(line.document) !== team || documentKind(line.document) === null) throw damaged(file);
      else counts.documents++;
    }
    sum.update(text);
  }
  throw damaged(file);
}

function parsed(text: Buffer, file: string): unknown {
  try {
    return JSON.parse(text.toString('utf8'));
  } catch (error) {
    throw damaged(file, error);
  }
}

function headOf(value: unknown, file: string): HeadLine {
  const { data, error } = headLine.safeParse(value);
  if (data) return data;
  const { format, v } = (value ?? {}) as { format?: unknown; v?: unknown };
  if (format === 'benchmate-bundle' && typeof v === 'number' && v > 1)
    throw new BenchmateError('NOT_SUPPORTED', `${file} was made by a newer Benchmate.`, 'Update this one.');
  throw damaged(file, error);
}

function checkTeam({ team, teamName }: HeadLine, own: string): void {
  if (team === own) return;
  throw new BenchmateError(
    'FORBIDDEN',
    `The bundle is of another team${teamName ? `, “${teamName}”` : ''}.`,
    'Join that team first: bundles travel between its members.',
  );
}

/** What anybody says who can write a file would have all others write everything again. */
function contradictedBy({ from, have }: HeadLine, replica: FeedReplica): FeedVector {
  return memberOf(replica, from.device) ? replica.feeds.contradicted(have.feeds, have.heads) : {};
}

const memberOf = ({ registry }: FeedReplica, device: string) =>
  registry.membership.members.find(member => member.active && member.device === device);

/** Whether a device may bring documents in files of its own. */
export function isAuthor(replica: FeedReplica, device: string): boolean {
  const { members } = replica.registry.membership;
  const writer = memberOf(replica, device);
  return writer !== undefined && allows('documents.write', heldBy(writer, members));
}

async function takeDocument(
  line: DocumentLine,
  { hub }: TakeInParts,
  refused: Set<string>,
): Promise<{ changed: boolean; outcome: 'taken' | 'parked' | 'unreadable' }> {
  const open = hub.open(line.document);
  let changed = false;
  const noticed = () => (changed = true);
  open.doc.on('update', noticed);
  try {
    const parked = applyOrPark(open.doc, fromBase64Url(line.update) ?? new Uint8Array(), null) !== null;
    await open.committed();
    if (parked) refused.add('Edits that come before some of these are missing: ask for a bundle without --since.');
    return { changed, outcome: parked ? 'parked' : 'taken' };
  } catch (error) {
    // What the disk refused is told: the file counts as not taken.
    if (error instanceof BenchmateError || typeof (error as { code?: unknown }).code === 'string') throw error;
    refused.add(`A document could not be read (${line.document.split('.')[1]}).`);
    return { changed, outcome: 'unreadable' };
  } finally {
    open.doc.off('update', noticed);
    open.release();
  }
}
