import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { SimulatedDevice } from '@benchmate/shared/facts/simulated-device';
import type { Storage } from './ports.ts';

const bytes = (text: string) => new Uint8Array(Buffer.from(text));
const texts = (parts: readonly Uint8Array[]) => parts.map(part => Buffer.from(part).toString());

type Stored = Omit<Storage, 'failure'>;

/** What every storage must do. `reopen` opens another one on the same data, after the process before it is gone. */
export function storageContract(open: () => Promise<Stored>, reopen: (storage: Stored) => Promise<Stored>): void {
  it('SY3 gives back updates in the order in which they were written, also after it was opened again', async () => {
    let storage = await open();
    const numbers = await Promise.all(['a', 'b', 'c'].map(text => storage.documents.append('room', bytes(text))));
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    await storage.documents.append('other', bytes('x'));
    storage = await reopen(storage);
    const stored = await storage.documents.read('room');
    expect(texts(stored.parts)).toEqual(['a', 'b', 'c']);
    expect(stored).toMatchObject({ base: 0, last: numbers[2], updates: 3, bytes: 3, snapshotBytes: 0 });
    expect(await storage.documents.count()).toBe(2);
    await storage.close();
  });

  it('knows nothing of a document that was never written', async () => {
    const storage = await open();
    expect(await storage.documents.read('nothing')).toMatchObject({ parts: [], base: 0, last: 0, bytes: 0 });
    expect(await storage.documents.after('nothing', 0)).toEqual({ updates: [], last: 0 });
    await storage.close();
  });

  it('reads what was written just before, without waiting for its commit', async () => {
    const storage = await open();
    const appended = storage.documents.append('room', bytes('a'));
    expect(texts((await storage.documents.read('room')).parts)).toEqual(['a']);
    await appended;
    await storage.close();
  });

  it('SY5 puts a snapshot in the place of what it was made of, and of nothing that came meanwhile', async () => {
    const storage = await open();
    for (const text of ['a', 'b']) await storage.documents.append('room', bytes(text));
    const read = await storage.documents.read('room');
    const last = await storage.documents.append('room', bytes('c'));
    expect(await storage.documents.replace('room', bytes('AB'), read)).toBe(true);
    expect(texts((await storage.documents.read('room')).parts)).toEqual(['AB', 'c']);
    expect(await storage.documents.replace('room', bytes('late'), read)).toBe(false);
    const again = await storage.documents.read('room');
    expect(texts(again.parts)).toEqual(['AB', 'c']);
    expect(again).toMatchObject({ base: read.last, last, snapshotBytes: 2, updates: 1, bytes: 3 });
    await storage.close();
  });

  it('tells what came after a number, or that a snapshot has swallowed it', async () => {
    const storage = await open();
    const first = await storage.documents.append('room', bytes('a'));
    const second = await storage.documents.append('room', bytes('b'));
    const after = await storage.documents.after('room', first);
    expect(texts(after!.updates)).toEqual(['b']);
    expect(after!.last).toBe(second);
    await storage.documents.replace('room', bytes('AB'), await storage.documents.read('room'));
    expect(await storage.documents.heads(['room', 'nothing'])).toEqual({ room: second });
    expect(await storage.documents.after('room', first)).toBeNull();
    expect(await storage.documents.after('room', second)).toEqual({ updates: [], last: second });
    await storage.close();
  });

  it('keeps a thousand updates at once apart, and ranks documents by size', async () => {
    const storage = await open();
    const names = Array.from({ length: 1000 }, (_, index) => `room-${index % 10}`);
    await Promise.all(names.map((name, index) => storage.documents.append(name, bytes(`${index} `))));
    const ofThree = texts((await storage.documents.read('room-3')).parts);
    expect(ofThree).toEqual(Array.from({ length: 100 }, (_, index) => `${index * 10 + 3} `));
    expect(await storage.documents.names()).toEqual(names.slice(0, 10));
    await storage.documents.append('large', new Uint8Array(100_000));
    expect((await storage.documents.largest(1))[0]).toEqual({ name: 'large', bytes: 100_000, updates: 1 });
    await storage.close();
  });

  it('SY13 keeps entries once, in order, and takes no other entry under a number', async () => {
    let storage = await open();
    const ana = SimulatedDevice.founder('Ana', 1);
    const held = ['one', 'two', 'three'].map(model => ana.state({ kind: 'model.created', model, description: '' }));
    const team = ana.feeds.teamId;
    await storage.entries.append(team, held.slice(0, 2));
    await storage.entries.append(team, held);
    await expect(storage.entries.append(team, [{ ...held[0]!, hash: 'other' }])).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    storage = await reopen(storage);
    expect(await storage.entries.ofTeam(team)).toEqual(held.map(({ entry }) => entry));
    expect(await storage.entries.ofTeam('nobody')).toEqual([]);
    expect(await storage.entries.teams()).toEqual([team]);
    expect(await storage.entries.counts()).toEqual({ teams: 1, entries: 3 });
    await storage.close();
  });

  it('SY13 takes all of a group of entries or nothing', async () => {
    const storage = await open();
    const ana = SimulatedDevice.founder('Ana', 1);
    const [first, second] = ['one', 'two'].map(model => ana.state({ kind: 'model.created', model, description: '' }));
    await storage.entries.append('team', [second!]);
    await expect(storage.entries.append('team', [first!, { ...second!, hash: 'other' }])).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    expect(await storage.entries.counts()).toEqual({ teams: 1, entries: 1 });
    await storage.close();
  });

  it('knows how much it takes on its disk', async () => {
    const storage = await open();
    const before = await storage.storedBytes();
    await storage.documents.append('large', randomBytes(500_000));
    expect(await storage.storedBytes()).toBeGreaterThan(before);
    await storage.close();
  });

  it('keeps out whom an operator blocked, until that is taken back', async () => {
    let storage = await open();
    await storage.blocked.block('one', 1000);
    await storage.blocked.block('two', 2000);
    await storage.blocked.block('one', 3000);
    storage = await reopen(storage);
    expect(await storage.blocked.all()).toEqual([
      { device: 'one', at: 1000 },
      { device: 'two', at: 2000 },
    ]);
    expect(await storage.blocked.unblock('one')).toBe(true);
    expect(await storage.blocked.unblock('one')).toBe(false);
    expect(await storage.blocked.all()).toHaveLength(1);
    await storage.close();
  });

  it('makes a secret once', async () => {
    let storage = await open();
    const secret = Buffer.from(await storage.secret('tickets'));
    expect(secret).toHaveLength(32);
    storage = await reopen(storage);
    expect(Buffer.from(await storage.secret('tickets'))).toEqual(secret);
    expect(Buffer.from(await storage.secret('other'))).not.toEqual(secret);
    await storage.close();
  });

  it('changes a short-lived value only for who read the latest, and forgets it in time', async () => {
    let storage = await open();
    const { cells } = storage;
    expect(await cells.read('a')).toBeNull();
    expect(await cells.write('a', 'one', { version: 0, expiresAt: 1000 })).toBe(true);
    expect(await cells.write('a', 'two', { version: 0, expiresAt: 1000 })).toBe(false);
    const apart = ['two', 'three'].map(value => cells.write('a', value, { version: 1, expiresAt: 2000 }));
    expect((await Promise.all(apart)).filter(Boolean)).toHaveLength(1);
    storage = await reopen(storage);
    expect(await storage.cells.read('a')).toMatchObject({ version: 2, expiresAt: 2000 });
    await storage.cells.forget(1999);
    expect(await storage.cells.read('a')).not.toBeNull();
    await storage.cells.forget(2000);
    expect(await storage.cells.read('a')).toBeNull();
    await storage.close();
  });
}
