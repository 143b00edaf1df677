import { z } from 'zod';
import type { AuditReport } from '../domain/audit-report.ts';
import { lineSum, recordHead, seal, sealText, type Seal } from './audit-file.ts';
import { AuditTrail } from './audit-trail.ts';
import { verifyText } from './keys.ts';

const sealed = z.object({ seal, sig: z.string() });
const ending = /^(.*),"line":"([A-Za-z0-9_-]{43})"\}$/s;

/** Verifies an exported record line by line, in memory that grows with a hash per entry. Rules A1 to A8 in SPEC.md. */
export class AuditRecord {
  #trail: AuditTrail | null = null;
  #number = 0;
  /**
   * `line` of the line before: as it says, and as it is. A single damaged line then accuses itself alone. Null after one
   * that has no legible end: the next one is taken as it is.
   */
  #before: readonly string[] | null = [''];
  #seal: { seal: Seal; isSigned: boolean; before: readonly string[] | null } | null = null;
  #entriesBefore = 0;

  /** Throws when the first line is not the beginning of a record. */
  take(line: string): void {
    this.#number++;
    const before = this.#before;
    const [, text = '', stated] = ending.exec(line) ?? [];
    const sums = before?.map(each => lineSum(each, text)) ?? [stated];
    const isWhole = stated !== undefined && sums.includes(stated);
    this.#before = stated === undefined ? null : [...new Set([stated, ...sums])].filter(each => each !== undefined);
    if (isWhole) this.#before = [stated];
    if (!this.#trail) this.#begin(line, isWhole);
    else if (this.#seal) this.#trail.find('seal', undefined, undefined, `Line ${this.#number} stands after the seal.`);
    else if (line.startsWith('{"seal":')) this.#takeSeal(line, isWhole, before);
    else this.#takeEntry(this.#trail, line, isWhole);
  }

  finish(): AuditReport {
    if (!this.#trail) throw new TypeError('The record has no line.');
    if (!this.#seal) {
      this.#trail.find(
        'seal',
        undefined,
        undefined,
        'The seal is missing: nobody can know what else is missing at the end.',
      );
      return this.#trail.report();
    }
    const { seal: value, isSigned, before } = this.#seal;
    if (!isSigned)
      this.#trail.find(
        'seal',
        undefined,
        undefined,
        'The seal is not what the exporting device signed: readable text and ends of feeds are not vouched for.',
      );
    else {
      if (before?.includes(value.lines) === false)
        this.#trail.find('seal', undefined, undefined, 'Lines before the seal are not those that were sealed.');
      if (this.#entriesBefore !== value.entries)
        this.#trail.find(
          'seal',
          undefined,
          undefined,
          `The seal is about ${value.entries} entries, and here are ${this.#entriesBefore}.`,
        );
    }
    const { device, at } = value;
    if (!this.#trail.knows(device))
      this.#trail.find('seal', device, undefined, 'The seal is of a device that never was in the team.');
    const report = this.#trail.report(isSigned ? value.heads : {});
    return { ...report, sealedBy: isSigned ? { device, name: this.#trail.nameOf(device), at } : null };
  }

  #begin(line: string, isWhole: boolean): void {
    const head = recordHead.safeParse(parse(line));
    if (!head.success) throw new TypeError('The first line is not the beginning of a record of Benchmate.');
    this.#trail = new AuditTrail(isWhole ? head.data.team : null);
    if (!isWhole) this.#trail.find('label', undefined, undefined, 'The first line was changed.');
  }

  #takeEntry(trail: AuditTrail, line: string, isWhole: boolean): void {
    this.#entriesBefore++;
    const about = parse(line) as { author?: string; seq?: number; hash?: string; rival?: boolean } | null;
    // Of a line that is no JSON any more, the place may still be legible.
    const [, author, seq] = /^\{"author":"([A-Za-z0-9_-]{43})","seq":(\d+),/.exec(line) ?? [];
    const from = line.indexOf(',"entry":{');
    const to = line.lastIndexOf(',"line":"');
    const taken = trail.take({
      text: from < 0 ? '' : line.slice(from + ',"entry":'.length, to < from ? -1 : to),
      where: `line ${this.#number}`,
      author: about?.author ?? author,
      seq: about?.seq ?? (seq === undefined ? undefined : Number(seq)),
      hash: about?.hash,
      rival: about?.rival,
    });
    if (isWhole || !taken.holds) return;
    const what = `What stands beside entry ${taken.seq} in line ${this.#number} was changed, or the line before it is another; the entry holds.`;
    trail.find('label', taken.author, taken.seq, what);
  }

  #takeSeal(line: string, isWhole: boolean, before: readonly string[] | null): void {
    const read = sealed.safeParse(parse(line));
    if (!read.success)
      return this.#trail!.find('seal', undefined, undefined, `The seal in line ${this.#number} cannot be read.`);
    const isSigned = verifyText(read.data.sig, sealText(read.data.seal), read.data.seal.device);
    this.#seal = { seal: read.data.seal, isSigned, before };
    if (isSigned && !isWhole)
      this.#trail!.find(
        'label',
        undefined,
        undefined,
        `Line ${this.#number}, the seal, was changed beside what is signed.`,
      );
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
