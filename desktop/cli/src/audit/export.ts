import { existsSync } from 'node:fs';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { RecordLines, type Seal } from '@benchmate/shared/facts/audit-file';
import { AuditTrail } from '@benchmate/shared/facts/audit-trail';
import type { Entry } from '@benchmate/shared/facts/entry';
import type { StoredEntry } from '@benchmate/shared/protocol/audit';
import type { Context } from '../context.ts';
import { StepLine } from '../output/step-line.ts';
import { writeRecord, type RecordFormat } from './record-file.ts';
import { storedEntries } from './stored-entries.ts';
import { throwIfInterrupted } from './interrupted.ts';

export interface Exported {
  file: string;
  format: RecordFormat;
  team: string;
  entries: number;
  /** Where each feed ends, by device. */
  heads: Seal['heads'];
}

const entriesPerPage = 200;

/** Writes what the present team's devices signed into one file, page by page, and has this device seal it. */
export async function exportRecord(
  context: Context,
  { file, format, replace }: { file: string; format: RecordFormat; replace: boolean },
): Promise<Exported> {
  if (existsSync(file) && !replace)
    throw new BenchmateError(
      'ALREADY_EXISTS',
      `There is a file ${file} already.`,
      'Choose another name, or --replace it.',
    );
  const { audit } = await context.engine();
  const { team, name, entries: total, last } = await audit.extent.query();
  const steps = new StepLine(context);
  const lines = new RecordLines();
  const trail = new AuditTrail(team, JSON.stringify);
  const heads: Seal['heads'] = {};
  let entries = 0;
  await writeRecord(file, format, async write => {
    await write(lines.head({ format: 'benchmate-audit', v: 1, team, name, createdAt: new Date().toISOString() }));
    const writePage = async (stored: readonly StoredEntry[]) => {
      const explained = await audit.explained.query({ entries: stored.map(({ hash }) => hash) });
      for (const [index, { author, seq, hash, json, rival }] of stored.entries()) {
        throwIfInterrupted(context);
        const { holds } = trail.take({ text: json, where: 'the store', author, seq, hash, rival });
        if (!holds) throw damaged(author, seq);
        const entry = JSON.parse(json) as Entry;
        const { who = '', says = '', ignored = rival ? keptAside : notYet } = explained[index] ?? {};
        const about = { author, seq, hash, who, at: entry.at, says, ignored };
        await write(lines.entry(rival ? { ...about, rival } : about, entry));
        if (!rival) heads[author] = { seq, hash };
        steps.show('writing signed entries', ++entries, total);
      }
    };
    let stored: StoredEntry[] = [];
    for await (const each of storedEntries(context, last)) {
      if (each.team === team) stored.push(each);
      if (stored.length < entriesPerPage) continue;
      await writePage(stored);
      stored = [];
    }
    await writePage(stored);
    const broken = trail.report().findings.find(({ kind }) => kind !== 'fork');
    if (broken) throw damaged(broken.author ?? '', broken.seq ?? 0);
    const { seal, sig } = await audit.seal.mutate({ team, entries, heads, lines: lines.last });
    await write(lines.seal(seal, sig));
  }).finally(() => steps.end());
  return { file, format, team, entries, heads };
}

const keptAside = 'Kept aside as evidence: this device, or a copy of its key, wrote a second history.';
const notYet = 'What it builds on is not here yet.';

const damaged = (author: string, seq: number) =>
  new BenchmateError(
    'DATA_DAMAGED',
    `Entry ${seq} of device ${author.slice(0, 8)} does not hold, so nothing was exported.`,
    'See `benchmate audit verify`; `benchmate store restore` brings a backup back.',
  );
