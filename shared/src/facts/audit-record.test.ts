import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AuditReport } from '../domain/audit-report.ts';
import { RecordLines, sealText, type Seal } from './audit-file.ts';
import { AuditRecord } from './audit-record.ts';
import { AuditTrail } from './audit-trail.ts';
import { held, signEntry, type HeldEntry } from './entry-hash.ts';
import { signText } from './keys.ts';
import { approve, lab, policy, promote, register } from './simulated-registry.ts';

const { ana, bo, cy, share } = lab();
for (const version of ['v1', 'v2', 'v3']) {
  ana.state(register(version));
  share();
  bo.state(approve(version));
  cy.state({ ...approve(version), comment: 'Größer als <b>0.9</b> & "gut"' } as ReturnType<typeof approve>);
  share();
}
ana.state(policy(1));
cy.state(promote('v3'));
share();
const items = ana.feeds.entries();
const devices = [ana, bo, cy].map(({ device }) => device);

function record(entries = items, sealedBy = ana, evidence: readonly HeldEntry[] = []): string[] {
  const lines = new RecordLines();
  const team = ana.feeds.teamId;
  const createdAt = '2026-03-14T09:00:00.000Z';
  const written = [lines.head({ format: 'benchmate-audit', v: 1, team, name: 'vision', createdAt })];
  const about = ({ hash, entry: { author, seq, at } }: HeldEntry) =>
    ({ author, seq, hash, who: 'A', at, says: 'A did.', ignored: null }) as const;
  for (const item of entries) written.push(lines.entry(about(item), item.entry));
  for (const item of evidence) written.push(lines.entry({ ...about(item), rival: true }, item.entry));
  const heads: Seal['heads'] = {};
  for (const { hash, entry } of entries) heads[entry.author] = { seq: entry.seq, hash };
  const { last } = lines;
  const { device } = sealedBy;
  const seal = {
    v: 1,
    team,
    device,
    who: 'Ana',
    at: createdAt,
    entries: entries.length + evidence.length,
    heads,
    lines: last,
  } as const;
  written.push(lines.seal(seal, signText(sealText(seal), sealedBy.keys)));
  return written;
}

function verify(lines: readonly string[]): AuditReport {
  const reader = new AuditRecord();
  for (const line of lines) reader.take(line);
  return reader.finish();
}

const whole = record();
/** Enough for each kind of entry, and half the signatures. */
const few = ana.registry().entries.slice(0, 12);
const short = record(few);
const placeOf = (index: number) => items[index]!.entry;
const accused = ({ findings }: AuditReport) =>
  [
    ...new Set(findings.flatMap(({ author, seq }) => (author === null ? [] : `${devices.indexOf(author)} ${seq}`))),
  ].sort();
const nameOf = ({ author, seq }: { author: string; seq: number }) => `${devices.indexOf(author)} ${seq}`;
const kinds = ({ findings }: AuditReport) => [...new Set(findings.map(({ kind }) => kind))].sort();

describe('a record of signed entries', () => {
  it('A1 holds as it was written, and says where feeds end and who sealed it', () => {
    const report = verify(whole);
    expect(report).toMatchObject({ ok: true, findings: [], entries: items.length, teamName: 'vision' });
    expect(report.sealedBy).toEqual({ device: ana.device, name: 'Ana', at: '2026-03-14T09:00:00.000Z' });
    expect(report.feeds.map(({ device, name, entries }) => [device, name, entries])).toContainEqual([
      bo.device,
      'Bo',
      4,
    ]);
  });

  it('A2 names author and number of the entry for any flipped bit in its line, and accuses no other', () => {
    const encoder = new TextEncoder();
    fc.assert(
      fc.property(fc.nat(few.length - 1), fc.nat(), fc.nat(7), (index, at, bit) => {
        const bytes = encoder.encode(short[index + 1]!);
        bytes[at % bytes.length]! ^= 1 << bit;
        const flipped = new TextDecoder().decode(bytes).split('\n');
        const report = verify([...short.slice(0, index + 1), ...flipped, ...short.slice(index + 2)]);
        expect(report.ok).toBe(false);
        expect(accused(report)).toEqual([nameOf(few[index]!.entry)]);
      }),
      { numRuns: 40 },
    );
  });

  it('A2 names author and number for any flipped bit of an entry as a store keeps it', () => {
    const rows = few.map(({ hash, entry }) => ({
      text: JSON.stringify(entry),
      hash,
      author: entry.author,
      seq: entry.seq,
    }));
    const check = (changed: readonly (typeof rows)[number][]) => {
      const trail = new AuditTrail(ana.feeds.teamId, JSON.stringify);
      for (const row of changed) trail.take({ ...row, where: 'row' });
      return trail.report();
    };
    expect(check(rows).findings).toEqual([]);
    const columns = fc.constantFrom(
      'text' as const,
      'text' as const,
      'hash' as const,
      'author' as const,
      'seq' as const,
    );
    fc.assert(
      fc.property(fc.nat(few.length - 1), columns, fc.nat(), fc.nat(6), (index, column, at, bit) => {
        const row = { ...rows[index]! };
        if (column === 'seq') row.seq ^= 1 << bit;
        else {
          const place = at % row[column].length;
          const flipped = String.fromCharCode(row[column].charCodeAt(place) ^ (1 << bit));
          row[column] = row[column].slice(0, place) + flipped + row[column].slice(place + 1);
        }
        const report = check(rows.with(index, row));
        expect(accused(report)).toEqual([nameOf(few[index]!.entry)]);
      }),
      { numRuns: 40 },
    );
  });

  it('A3 names what was taken from the middle, and what was taken from the end when something here knows of it', () => {
    fc.assert(
      fc.property(fc.nat(items.length - 1), index => {
        const report = verify(whole.filter((_, line) => line !== index + 1));
        expect(kinds(report).filter(kind => kind !== 'label')).toEqual(['missing', 'seal']);
        const missing = report.findings.find(({ kind }) => kind === 'missing')!;
        expect(nameOf({ author: missing.author!, seq: missing.seq! })).toBe(nameOf(placeOf(index)));
      }),
      { numRuns: 8 },
    );
    const cutByExporter = items.filter(({ entry }) => !(entry.author === bo.device && entry.seq >= 4));
    const report = verify(record(cutByExporter, cy));
    expect(report.findings).toMatchObject([{ kind: 'missing', author: bo.device, seq: 4, name: 'Bo' }]);
    expect(report.findings[0]!.what).toMatch(/^Entry 4 is missing: entry \d+ of (Ana|Cy) refers to it\.$/);
    // Nothing that is left had seen Cy's last entry: whoever seals such a record can leave it out unseen.
    expect(verify(record(items.filter(({ entry }) => !(entry.author === cy.device && entry.seq === 5)))).ok).toBe(true);
    const cutOff = verify(whole.slice(0, -3));
    expect(cutOff.sealedBy).toBeNull();
    expect(kinds(cutOff)).toContain('seal');
  });

  it('A4 names what was put into another order, repeated, or stated twice under one number', () => {
    const ofAna = items
      .map(({ entry }, index) => ({ entry, index }))
      .filter(({ entry }) => entry.author === ana.device);
    const [first, second] = [ofAna[2]!, ofAna[3]!];
    const swapped = whole
      .with(first.index + 1, whole[second.index + 1]!)
      .with(second.index + 1, whole[first.index + 1]!);
    const report = verify(swapped);
    expect(report.findings.find(({ kind }) => kind === 'order')).toMatchObject({
      author: ana.device,
      seq: first.entry.seq,
    });
    const twice = verify(record([...items, items[4]!]));
    expect(twice.findings.find(({ kind }) => kind === 'twice')).toMatchObject(placeWithout(items[4]!.entry));
    const copy = bo.write(register('other'));
    const other = bo.write(register('another'));
    const fork = verify(record([...items, copy, other]));
    expect(fork.findings.find(({ kind }) => kind === 'fork')).toMatchObject({ author: bo.device, seq: copy.entry.seq });
  });

  it('A4 F6 tells evidence of a second history that was kept aside, and nothing else, whatever its branch follows', () => {
    const rival = bo.write(register('rival'));
    const { sig: _sig, ...next } = bo.write(register('later')).entry;
    const later = held(signEntry({ ...next, seq: next.seq + 3, prev: rival.hash }, bo.keys));
    for (const evidence of [rival, later]) {
      const report = verify(record(items, ana, [evidence]));
      expect(report.findings).toMatchObject([{ kind: 'fork', author: bo.device, seq: evidence.entry.seq }]);
      expect(report.feeds).toEqual(verify(record(items)).feeds);
      expect(report.sealedBy).not.toBeNull();
      const lines = record(items, ana, [evidence]);
      const forged = lines.map(line => line.replace('"rival":true,', ''));
      expect(kinds(verify(forged))).toContain('label');
    }
  });

  it('A5 does not take a record that somebody else sealed anew, nor one whose seal was changed', () => {
    const stranger = lab().bo;
    expect(stranger.device).toBe(bo.device);
    const eve = Object.assign(Object.create(Object.getPrototypeOf(ana) as object) as typeof ana, ana);
    Object.assign(eve, { keys: lab().ana.invite('viewer').secret });
    expect(kinds(verify(record(items, eve)))).toEqual(['seal']);
    const changed = whole.with(whole.length - 1, whole.at(-1)!.replace('"entries":', '"entries":1'));
    expect(kinds(verify(changed))).toContain('seal');
    expect(verify(changed).sealedBy).toBeNull();
  });

  it('A6 says by itself what was changed in its first line', () => {
    const report = verify(whole.with(0, whole[0]!.replace('vision', 'visiom')));
    expect(report.findings).toMatchObject([{ kind: 'label', what: 'The first line was changed.' }]);
    expect(() => verify(['{"format":"other"}'])).toThrow(TypeError);
  });
});

const placeWithout = ({ author, seq }: { author: string; seq: number }) => ({ author, seq });
