import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { AuditReport } from '@benchmate/shared/domain/audit-report';
import { AuditRecord } from '@benchmate/shared/facts/audit-record';
import { AuditTrail } from '@benchmate/shared/facts/audit-trail';
import type { Context } from '../context.ts';
import { StepLine } from '../output/step-line.ts';
import { throwIfInterrupted } from './interrupted.ts';
import { readRecord, type RecordFormat } from './record-file.ts';
import { storedEntries } from './stored-entries.ts';

export interface Verified {
  ok: boolean;
  /** One for each team whose entries the store holds; one for a file. */
  reports: AuditReport[];
  /** What else is to be known. */
  notes: string[];
}

/** A signature takes about a millisecond: every so often Ctrl+C gets its turn. */
const entriesPerTurn = 64;
const turn = () => new Promise<void>(resolve => setImmediate(resolve));

/** Looks at every signed entry of the store again, of every team that this device was in. */
export async function verifyStore(context: Context): Promise<Verified> {
  const trails = new Map<string, AuditTrail>();
  const steps = new StepLine(context);
  let looked = 0;
  try {
    for await (const { team, author, seq, hash, json, arrival, rival } of storedEntries(context)) {
      const trail = trails.get(team) ?? new AuditTrail(team, JSON.stringify);
      trails.set(team, trail);
      trail.take({ text: json, where: rival ? 'evidence' : `row ${arrival}`, author, seq, hash, rival });
      steps.show('verifying signed entries', ++looked, 0);
      if (looked % entriesPerTurn === 0) await turn();
      throwIfInterrupted(context);
    }
  } finally {
    steps.end();
  }
  const reports = [...trails.values()].map(trail => trail.report());
  return { ok: reports.every(({ ok }) => ok), reports, notes: [] };
}

/** Verifies an exported file; needs no engine and no store. */
export async function verifyFile(context: Context, file: string): Promise<Verified> {
  const found: { format: RecordFormat; isOwnPage: boolean } = { format: 'jsonl', isOwnPage: true };
  const record = new AuditRecord();
  const steps = new StepLine(context);
  let looked = 0;
  try {
    for await (const line of readRecord(file, found)) {
      record.take(line);
      steps.show('verifying signed entries', ++looked, 0);
      if (looked % entriesPerTurn === 0) await turn();
      throwIfInterrupted(context);
    }
    const report = record.finish();
    const notes = found.isOwnPage
      ? []
      : [
          'The page around the record is not the one that this version of Benchmate writes: do not trust what it shows.',
        ];
    return { ok: report.ok, reports: [report], notes };
  } catch (error) {
    if (error instanceof TypeError)
      throw new BenchmateError(
        'BAD_REQUEST',
        `${file} is no exported record: ${error.message}`,
        'Name a file of `benchmate audit export`.',
      );
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new BenchmateError('NOT_FOUND', `There is no file ${file}.`, 'Name a file of `benchmate audit export`.');
    throw error;
  } finally {
    steps.end();
  }
}
