import { describe, expect, it } from 'vitest';
import { hashEntry, signEntry, type HeldEntry } from './entry-hash.ts';
import { Feeds, withoutContradicted } from './feeds.ts';
import { SimulatedDevice } from './simulated-device.ts';
import { entry as entrySchema, type Entry, type Fact } from './entry.ts';
import { explain } from './explain.ts';

const described = (text: string) => ({ kind: 'model.created', model: text, description: '' }) as const;

describe('feeds', () => {
  it('F1 gives an entry the hash of its canonical JSON, whatever the order of its keys', () => {
    const ana = SimulatedDevice.founder('Ana', 1);
    const { hash, entry } = ana.state(described('churn'));
    const reordered = Object.fromEntries(Object.entries(entry).toReversed()) as Entry;
    expect(hashEntry(reordered)).toBe(hash);
  });

  it('F2 takes the founding entry as the team’s id and no other', () => {
    const ana = SimulatedDevice.founder('Ana', 1);
    const eve = SimulatedDevice.founder('Eve', 2);
    expect(ana.feeds.add(eve.feeds.entries()[0]!.entry)).toMatchObject({ kind: 'invalid' });
    expect(ana.feeds.add(eve.state(described('x')).entry)).toMatchObject({ kind: 'invalid' });
  });

  it('F3 refuses a changed byte anywhere in an entry', () => {
    const ana = SimulatedDevice.founder('Ana', 1);
    const next = ana.write(described('churn')).entry;
    const tampered: Entry[] = [
      { ...next, fact: described('churm') },
      { ...next, at: '2026-01-05T09:03:00.000Z' },
      { ...next, after: { [SimulatedDevice.founder('Bo', 3).device]: 1 } },
      { ...next, sig: next.sig.replace(/^./, first => (first === 'A' ? 'B' : 'A')) },
      { ...next, sig: `${next.sig}A` },
    ];
    for (const entry of tampered) expect(ana.feeds.add(entry)).toMatchObject({ kind: 'invalid' });
    expect(ana.feeds.add(next)).toMatchObject({ kind: 'added' });
  });

  it('F3 refuses a signature in a second spelling, which would be a second hash', () => {
    const ana = SimulatedDevice.founder('Ana', 1);
    const { entry } = ana.write(described('churn'));
    const last = entry.sig.at(-1)!;
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const sibling = alphabet[alphabet.indexOf(last) ^ 1]!;
    expect(ana.feeds.add({ ...entry, sig: entry.sig.slice(0, -1) + sibling })).toMatchObject({ kind: 'invalid' });
  });

  it('F4 reports a gap and names the entry it wants', () => {
    const ana = SimulatedDevice.founder('Ana', 1);
    const bo = ana.welcome('Bo', 2, 'reviewer');
    ana.state(described('one'));
    const second = ana.state(described('two'));
    expect(bo.feeds.add(second.entry)).toEqual({ kind: 'gap', expected: 3 });
  });

  it('F5 takes a replayed entry as a duplicate without effect', () => {
    const ana = SimulatedDevice.founder('Ana', 1);
    const { entry } = ana.state(described('one'));
    const before = ana.feeds.vector();
    expect(ana.feeds.add(structuredClone(entry))).toEqual({ kind: 'duplicate' });
    expect(ana.feeds.vector()).toEqual(before);
  });

  it('F6 keeps a fork aside as evidence and changes nothing', () => {
    const ana = SimulatedDevice.founder('Ana', 1);
    const bo = ana.welcome('Bo', 2, 'reviewer');
    const other = ana.write(described('two'));
    const first = ana.state(described('one'));
    bo.feeds.add(first.entry);
    const before = bo.registry().models;
    expect(bo.feeds.add(other.entry)).toMatchObject({
      kind: 'fork',
      isKept: true,
      fork: { author: ana.device, seq: 3 },
    });
    expect(bo.feeds.add(other.entry)).toMatchObject({ kind: 'fork', isKept: false });
    expect(bo.feeds.forks()).toEqual([{ author: ana.device, seq: 3, held: first, rival: other }]);
    expect(bo.registry().models).toEqual(before);
  });

  it('F6 takes what follows a second history for a part of that, not for a gap, also after a restart', () => {
    const { bo, branch } = twoHistories(4);
    const kinds = () => branch.map(({ entry }) => bo.feeds.add(entry)).map(({ kind }) => kind);
    expect(kinds()).toEqual(['fork', 'fork', 'fork', 'fork']);
    expect(bo.feeds.forks().map(({ rival }) => rival)).toEqual([branch[0]]);
    expect(kinds()).toEqual(['fork', 'fork', 'fork', 'fork']);
    const restored = new Feeds(bo.feeds.teamId);
    restored.restore(bo.feeds.entries().map(({ entry }) => entry));
    expect(restored.add(branch[2]!.entry)).toMatchObject({ kind: 'gap' });
    for (const { rival } of bo.feeds.forks()) restored.restoreFork(rival);
    expect(branch.slice(1).map(({ entry }) => restored.add(entry).kind)).toEqual(['fork', 'fork', 'fork']);
    const stranger = SimulatedDevice.founder('Eve', 9);
    const { sig: _sig, ...next } = stranger.write(described('three')).entry;
    const posing = signEntry(
      { ...next, team: bo.feeds.teamId, seq: 9, prev: branch[3]!.hash, after: {} },
      stranger.keys,
    );
    expect(restored.add(posing)).toMatchObject({ kind: 'gap' });
  });

  it('F10 names the numbers under which somebody holds another entry, where both histories are equally long, too', () => {
    const { bo, first, branch } = twoHistories(2);
    const vector = bo.feeds.vector();
    const own = bo.feeds.hashesAt(vector);
    const { author, seq } = first.entry;
    expect(own[author]).toBe(first.hash);
    const other = { ...own, [author]: branch[0]!.hash };
    expect(bo.feeds.contradicted(vector, own)).toEqual({});
    expect(bo.feeds.contradicted(vector)).toEqual({});
    expect(bo.feeds.contradicted(vector, other)).toEqual({ [author]: seq });
    expect(bo.feeds.contradicted({ ...vector, [author]: seq + 1 }, { ...own, [author]: branch[1]!.hash })).toEqual({});
  });

  it('F10 counts nothing from such a number on as held there', () => {
    const { bo, first } = twoHistories(1);
    const { author, seq } = first.entry;
    const vector = bo.feeds.vector();
    const lowered = withoutContradicted(vector, { [author]: seq });
    expect(lowered).toEqual({ ...vector, [author]: seq - 1 });
    expect(bo.feeds.entriesAfter(lowered)).toEqual([first.entry]);
    expect(withoutContradicted({}, { [author]: seq })).toEqual({ [author]: 0 });
    expect(withoutContradicted(vector, {})).toBe(vector);
  });

  it('F6 sees a fork also where only the previous hash differs', () => {
    const ana = SimulatedDevice.founder('Ana', 1);
    const { sig: _sig, ...next } = ana.write(described('one')).entry;
    const broken = signEntry({ ...next, prev: 'x' }, ana.keys);
    expect(ana.feeds.add(broken)).toMatchObject({ kind: 'fork', fork: { held: null } });
  });

  it('F6 keeps little of what a copied key writes without end, and nothing of strangers', () => {
    const ana = SimulatedDevice.founder('Ana', 1);
    const bo = ana.welcome('Bo', 2, 'reviewer');
    bo.feeds.add(ana.state(described('one')).entry);
    const { sig: _sig, ...next } = ana.write(described('two')).entry;
    for (let copy = 0; copy < 100; copy++) bo.feeds.add(signEntry({ ...next, prev: `x${copy}` }, ana.keys));
    expect(bo.feeds.forks()).toHaveLength(16);
    const stranger = SimulatedDevice.founder('Eve', 9);
    const { sig: _other, ...first } = stranger.write(described('three')).entry;
    const forged = signEntry({ ...first, team: bo.feeds.teamId, seq: 1, prev: 'x', after: {} }, stranger.keys);
    expect(bo.feeds.add(forged)).toMatchObject({ kind: 'fork', isKept: false });
    expect(bo.feeds.forks()).toHaveLength(16);
  });

  it('F7 hands out what a vector lacks, causes before effects', () => {
    const ana = SimulatedDevice.founder('Ana', 1);
    const bo = ana.welcome('Bo', 2, 'contributor');
    bo.state(described('one'));
    ana.syncWith(bo);
    ana.state({ kind: 'model.described', model: 'one', versionId: null, description: 'd' });
    const entries = ana.feeds.entriesAfter({});
    const seen: Record<string, number> = {};
    for (const { author, seq, after } of entries) {
      for (const [device, needed] of Object.entries(after)) expect(seen[device] ?? 0).toBeGreaterThanOrEqual(needed);
      expect(seq).toBe((seen[author] ?? 0) + 1);
      seen[author] = seq;
    }
    expect(seen).toEqual(ana.feeds.vector());
    expect(ana.feeds.entriesAfter(ana.feeds.vector())).toEqual([]);
  });

  it('F9 holds a fact of a later kind with its signature, and follows its author further', () => {
    const ana = SimulatedDevice.founder('Ana', 1);
    const bo = ana.welcome('Bo', 2, 'reviewer');
    const later = ana.state({ kind: 'model.signed-off', model: 'churn', by: ['law'] } as unknown as Fact);
    const next = ana.state(described('churn'));
    for (const item of [later, next]) {
      const received = entrySchema.parse(JSON.parse(JSON.stringify(item.entry)));
      expect(bo.feeds.add(received)).toEqual({ kind: 'added', held: item });
    }
    expect(bo.registry().models.map(({ name }) => name)).toEqual(['churn']);
    expect(explain(bo.registry())[3]!.sentence).toBe('Ana stated something that a newer Benchmate understands.');
    const malformed = { ...next.entry, fact: { kind: 'model.created', model: 7 } };
    expect(entrySchema.safeParse(malformed).success).toBe(false);
  });

  it('F8 takes back what it stored, and stops at a broken chain', () => {
    const ana = SimulatedDevice.founder('Ana', 1);
    ana.state(described('one'));
    const stored = ana.feeds.entries().map(({ entry }) => entry);
    const again = new SimulatedDevice('Ana', 1, ana.feeds.teamId);
    again.feeds.restore(stored);
    expect(again.feeds.entries()).toEqual(ana.feeds.entries());
    expect(() => new SimulatedDevice('Ana', 1, ana.feeds.teamId).feeds.restore(stored.slice(1))).toThrow(/broken/);
  });
});

/** Bo holds Ana's `first`; `branch` is what a copy of her key wrote in its place. */
function twoHistories(length: number): { bo: SimulatedDevice; first: HeldEntry; branch: HeldEntry[] } {
  const ana = SimulatedDevice.founder('Ana', 1);
  const bo = ana.welcome('Bo', 2, 'reviewer');
  const copy = new SimulatedDevice('Ana', 1, ana.feeds.teamId);
  copy.feeds.restore(ana.feeds.entries().map(({ entry }) => entry));
  copy.now = ana.now;
  const branch = Array.from({ length }, (_, index) => copy.state(described(`other ${index}`)));
  const first = ana.state(described('one'));
  bo.feeds.add(first.entry);
  return { bo, first, branch };
}
