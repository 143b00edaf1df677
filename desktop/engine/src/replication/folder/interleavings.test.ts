import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import { hashEntry } from '@benchmate/shared/facts/entry-hash';
import { folderProblem } from './folder-problem.ts';
import { removePartial } from './gather.ts';
import { missingForMs } from './missing.ts';
import { fileName } from './names.ts';
import { publishNew } from './publish.ts';
import { testKeys, type FolderDevice } from './testing-device.ts';
import { evidenceAt, openFolderTeam, strangerTo, twoHistories } from './testing-team.ts';

const names = ['ana', 'ben', 'cleo'] as const;
const notes = ['a', 'b', 'c', 'd'];
let dir = '';
let devices: FolderDevice[] = [];

async function openTeam(): Promise<[FolderDevice, FolderDevice, FolderDevice]> {
  dir = mkdtempSync(join(tmpdir(), 'benchmate-folders-'));
  const team = await openFolderTeam(dir, names);
  for (const device of team) await device.use();
  devices = [...team];
  return team;
}

afterEach(() => {
  for (const { store } of devices) store.close();
  rmSync(dir, { recursive: true, force: true });
});

const filesOf = (device: FolderDevice) =>
  existsSync(device.root)
    ? readdirSync(device.root, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.bundle'))
    : [];

function copy(from: FolderDevice, to: FolderDevice, name: string, as = name): void {
  mkdirSync(join(to.root, name, '..'), { recursive: true });
  copyFileSync(join(from.root, name), join(to.root, as));
}

/** What a tool that copies folders around does once it is done: all have what each author has, and no more. */
function copyAll(): void {
  for (const author of devices)
    for (const other of devices) {
      if (other === author) continue;
      const kept = filesOf(author).filter(name => name.startsWith(author.own));
      for (const name of kept) copy(author, other, name);
      for (const name of filesOf(other))
        if (name.startsWith(author.own) && !kept.includes(name)) rmSync(join(other.root, name));
    }
}

async function settle(): Promise<void> {
  for (let round = 0; round < 3; round++) {
    copyAll();
    for (const device of devices) {
      device.laterMs += 31_000; // a file that could not be read is tried again
      await device.look();
    }
  }
}

/** Numbers in [0, 1) that are the same for the same seed. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) >>> 0;
    return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32;
  };
}

test('F4: two histories of one device are seen in the folder also where the files with the entries themselves never come', async () => {
  const [ana, ben, cleo] = await openTeam();
  await settle();
  const { here, copied } = await twoHistories({ dir, device: cleo }, 1);
  await ana.replica.receive(here);
  await ben.replica.receive(copied);
  for (const device of [ana, ben]) await device.look();
  const lost = new Set([...filesOf(ana), ...filesOf(ben)]);
  const copyNew = () => {
    for (const [from, to] of [
      [ana, ben],
      [ben, ana],
    ] as const)
      for (const name of filesOf(from)) if (name.startsWith(from.own) && !lost.has(name)) copy(from, to, name);
  };
  for (const device of [ana, ben]) await device.write('a', text => text.insert(0, 'x'));
  const sizes: number[] = [];
  for (let round = 0; round < 5; round++) {
    for (const device of [ana, ben]) await device.look();
    copyNew();
    sizes.push(filesOf(ana).length + filesOf(ben).length);
  }
  const [first, second] = [hashEntry(here[0]!), hashEntry(copied[0]!)];
  expect(evidenceAt(ana)).toEqual([[here[0]!.seq, first, second]]);
  expect(evidenceAt(ben)).toEqual([[here[0]!.seq, second, first]]);
  expect(ana.replica.registry.models.map(({ name }) => name)).toEqual(['here 1']);
  expect(sizes.at(-1)).toBe(sizes.at(-2)); // and then there is nothing more to say
});

test('F4: what a stranger’s file says to hold has nobody write anything again', async () => {
  const [ana, ben] = await openTeam();
  const stranger = await strangerTo(ana, { dir, name: 'stranger', keys: testKeys(66) }).open();
  await settle();
  devices.push(stranger);
  await stranger.use();
  const own = () => filesOf(ana).filter(name => name.startsWith(ana.own));
  const tell = async () => {
    await stranger.replica.receive(ben.replica.storedAfter(stranger.replica.stored));
    await stranger.look();
    for (const name of filesOf(stranger)) copy(stranger, ana, name);
    await ana.look();
  };
  await tell();
  const before = own();
  vi.spyOn(stranger.replica, 'heads', 'get').mockReturnValue({ [ana.keys.device]: 'x'.repeat(43) });
  await ben.state({ kind: 'model.created', model: 'of Ben', description: '' });
  await tell();
  expect(ana.replica.registry.models.map(({ name }) => name)).toEqual(['of Ben']);
  expect(own()).toEqual(before);
});

test.each([1, 2])(
  'W1 W2 W3: whatever order, cut, copy and removal the tool between them makes, all end with all (seed %i)',
  async seed => {
    await openTeam();
    const dice = seeded(seed * 7919);
    const pick = <T>(items: readonly T[]): T => items[Math.floor(dice() * items.length)]!;
    const log: string[] = [];
    const written: string[] = [];
    for (let step = 0; step < 100; step++) {
      const device = pick(devices);
      const other = pick(devices.filter(one => one !== device));
      const choice = dice();
      const who = `${names[devices.indexOf(device)]}`;
      if (choice < 0.35) {
        const word = `<${who}${step}>`;
        written.push(word);
        log.push(`${who} writes ${word}`);
        await device.write(pick(notes), text => text.insert(dice() < 0.5 ? 0 : text.length, word));
      } else if (choice < 0.42) {
        log.push(`${who} states m${step}`);
        await device.state({ kind: 'model.created', model: `m${step}`, description: '' });
      } else if (choice < 0.65) {
        log.push(`${who} looks`);
        await device.look(dice() < 0.1);
      } else if (choice < 0.7) {
        log.push(`${who} is killed`);
        device.store.close();
        await device.open();
      } else {
        const theirs = filesOf(device).filter(name => !name.startsWith(other.own));
        if (theirs.length === 0) continue;
        const name = pick(theirs);
        const bytes = readFileSync(join(device.root, name));
        mkdirSync(join(other.root, name, '..'), { recursive: true });
        if (choice < 0.85) copy(device, other, name);
        else if (choice < 0.9)
          writeFileSync(join(other.root, name), bytes.subarray(0, Math.floor(dice() * bytes.length)));
        else if (choice < 0.95) copy(device, other, name, name.replace('.bundle', ' (conflicted copy).bundle'));
        else if (!name.startsWith(device.own)) rmSync(join(device.root, name));
        log.push(`the tool brings ${name} from ${who} in a way of ${choice.toFixed(2)}`);
      }
    }
    await settle();
    const [first, ...rest] = devices.map(device => device.shown(notes));
    for (const shown of rest) expect(shown, log.join('\n')).toEqual(first);
    const text = devices[0]!.shown(notes);
    for (const word of written)
      expect(JSON.stringify(text).split(word).length - 1, `${word}\n${log.join('\n')}`).toBe(1);
    for (const device of devices) expect(device.problems.sentences, log.join('\n')).toEqual([]);
  },
);

test('W4: what nobody changed is written by nobody again, and many small files become few', async () => {
  const [ana, ben] = await openTeam();
  await settle();
  for (let at = 0; at < 18; at++) {
    await ana.write('a', text => text.insert(text.length, `${at},`));
    await ana.look();
  }
  await ana.look();
  expect(filesOf(ana).filter(name => name.startsWith(ana.own)).length).toBeLessThan(8);
  copyAll();
  await ben.look();
  expect(ben.read('a')).toBe(ana.read('a'));
  const before = filesOf(ben).filter(name => name.startsWith(ben.own));
  for (let round = 0; round < 3; round++) await settle();
  expect(filesOf(ben).filter(name => name.startsWith(ben.own))).toEqual(before);
  const sizes = filesOf(ana).map(name => readFileSync(join(ana.root, name)).length);
  await ana.write('a', text => text.insert(0, 'x'));
  await ana.look();
  const added = filesOf(ana).map(name => readFileSync(join(ana.root, name)).length);
  const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);
  expect(sum(added) - sum(sizes)).toBeLessThan(1500);
});

test('W4: killed between the gathered file and the removal of what is in it, nobody loses or doubles anything', async () => {
  const [ana, ben] = await openTeam();
  for (let at = 0; at < 16; at++) {
    await ana.write('a', text => text.insert(text.length, `${at},`));
    await ana.look();
  }
  const small = filesOf(ana).filter(name => name.startsWith(ana.own));
  expect(small.length).toBeGreaterThanOrEqual(16);
  const kept = small.map(name => [name, readFileSync(join(ana.root, name))] as const);
  await ana.look();
  ana.store.close();
  await ana.open();
  for (const [name, bytes] of kept) writeFileSync(join(ana.root, name), bytes); // as if the removal had not come to the disk
  copyAll();
  await ben.look();
  expect(ben.read('a')).toBe(ana.read('a'));
  await ana.look();
  await settle();
  expect(ben.read('a')).toBe(ana.read('a'));
  expect(filesOf(ana).filter(name => name.startsWith(ana.own)).length).toBeLessThan(small.length);
});

test('W5: own files that somebody removed are written again at once, those of a teammate who is gone after ten minutes', async () => {
  const [ana, ben, cleo] = await openTeam();
  await ben.write('b', text => text.insert(0, 'of Ben'));
  await settle();
  await ana.write('a', text => text.insert(0, 'of Ana'));
  await ana.look();
  const [mine] = filesOf(ana)
    .filter(name => name.startsWith(ana.own))
    .slice(-1);
  rmSync(join(ana.root, mine!));
  await ana.look();
  copyAll();
  await cleo.look();
  expect(cleo.read('a')).toBe('of Ana');
  await settle();
  for (const device of devices)
    for (const name of filesOf(device)) if (name.startsWith(ben.own)) rmSync(join(device.root, name));
  await ana.look();
  const own = () => filesOf(ana).filter(name => name.startsWith(ana.own)).length;
  const before = own();
  await ana.look();
  expect(own()).toBe(before);
  ana.laterMs += missingForMs;
  await ana.look();
  await ana.look();
  expect(own()).toBeGreaterThan(before);
  const dora = strangerTo(ana, { dir, name: 'dora', keys: testKeys(9) });
  await dora.open();
  devices.push(dora);
  await dora.use();
  for (const name of filesOf(ana)) if (name.startsWith(ana.own)) copy(ana, dora, name);
  await dora.look();
  expect(dora.read('b')).toBe('of Ben');
});

test('W8: what came from a server is written to the folder, what came from the folder waits for the server, drafts for neither', async () => {
  const [ana, ben] = await openTeam();
  const note = `${ana.team}.note.a`;
  const server = {};
  ana.hub.markRemote(server);
  const theirs = new Y.Doc();
  theirs.getText('body').insert(0, 'by the server');
  const open = ana.hub.open(note);
  Y.applyUpdate(open.doc, Y.encodeStateAsUpdate(theirs), server);
  await open.committed();
  open.release();
  await ana.hub.change(`draft.${ana.team}.d`, doc => doc.getText('body').insert(0, 'for nobody yet'));
  await ana.look();
  copyAll();
  await ben.look();
  expect(ben.read('a')).toBe('by the server');
  expect(ben.documents.unshared(note)).toHaveLength(1);
  expect(ana.documents.unshared(note)).toHaveLength(0);
  for (const name of filesOf(ana)) {
    const lines = gunzipSync(readFileSync(join(ana.root, name))).toString();
    expect(lines).toContain('"benchmate-bundle"');
    expect(lines).not.toContain('draft.');
  }
});

test('W6: an empty place where the folder was is taken for a missing folder, and nothing is written there', async () => {
  const [ana] = await openTeam();
  await ana.write('a', text => text.insert(0, 'x'));
  await ana.look();
  rmSync(ana.root, { recursive: true });
  await expect(ana.look()).rejects.toMatchObject({ code: 'OFFLINE' });
  mkdirSync(ana.root, { recursive: true });
  await ana.write('a', text => text.insert(0, 'y'));
  await expect(ana.look()).rejects.toMatchObject({ code: 'OFFLINE' });
  expect(filesOf(ana)).toEqual([]);
  expect(ana.folder.waiting(ana.team)).toMatchObject({ documents: 1 });
  await ana.use();
  await ana.look();
  expect(filesOf(ana)).toHaveLength(1);
});

test('W6: where this device cannot write, it takes what others wrote, loses nothing, and goes on when it can', async () => {
  const [ana, ben] = await openTeam();
  await ana.write('a', text => text.insert(0, 'x'));
  await ben.write('b', text => text.insert(0, 'y'));
  await ben.look();
  copyAll();
  const inTheWay = join(ana.root, ana.own);
  writeFileSync(inTheWay, '');
  await expect(ana.look()).rejects.toMatchObject({ code: 'EEXIST' });
  for (const [code, words] of [
    ['ENOSPC', 'is full'],
    ['EROFS', 'may not be written'],
    ['EEXIST', 'EEXIST'],
  ] as const)
    expect(folderProblem(Object.assign(new Error(''), { code }), ana.root)).toContain(words);
  expect(ana.read('b')).toBe('y');
  expect(ana.folder.waiting(ana.team).documents).toBe(1);
  rmSync(inTheWay);
  await ana.look();
  expect(ana.folder.waiting(ana.team).documents).toBe(0);
  copyAll();
  await ben.look();
  expect(ben.read('a')).toBe('x');
});

test.runIf(process.platform === 'linux')(
  'W3: a link or a pipe that somebody puts there is neither read nor written through',
  async () => {
    const [ana, ben] = await openTeam();
    const precious = join(dir, 'precious');
    writeFileSync(precious, 'mine');
    await ana.look();
    const { next } = ana.folder.read(ana.team)!;
    symlinkSync(precious, join(ana.root, ana.own, `${fileName({ first: next, last: next })}.partial`));
    mkdirSync(join(ana.root, ben.own));
    execFileSync('mkfifo', [join(ana.root, ben.own, '00000001-00000001.bundle')]);
    symlinkSync('/dev/zero', join(ana.root, ben.own, '00000002-00000002.bundle'));
    await ana.write('a', text => text.insert(0, 'x'));
    await ana.look();
    expect(readFileSync(precious, 'utf8')).toBe('mine');
    expect(ana.folder.waiting(ana.team).documents).toBe(0);
    writeFileSync(join(ana.root, ana.own, '00000099-00000099.bundle.partial'), 'begun');
    await removePartial(ana.round);
    expect(readdirSync(join(ana.root, ana.own)).filter(name => name.endsWith('.partial'))).toEqual([]);
  },
);

test('W6: a look that is broken off forgets nothing of what waits', async () => {
  const [ana] = await openTeam();
  await ana.write('a', text => text.insert(0, 'x'));
  const brokenOff = { ...ana.round, signal: AbortSignal.abort() };
  await expect(publishNew(brokenOff, [])).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(ana.folder.waiting(ana.team).documents).toBe(1);
});

test('W3: what a stranger puts there in the name of a member is not taken, and keeps nobody from taking the rest', async () => {
  const [ana, ben] = await openTeam();
  await ana.write('a', text => text.insert(0, 'true'));
  await ana.look();
  copyAll();
  const stranger = strangerTo(ana, { dir, name: 'stranger', keys: testKeys(66) });
  await stranger.open();
  devices.push(stranger);
  await stranger.replica.receive(ana.replica.storedAfter({}));
  await stranger.use();
  await stranger.write('a', text => text.insert(0, 'false'));
  // Its engine would keep it back: the file is what a patched one would write.
  const { bundleLines } = await import('../../features/bundles/contents.ts');
  const { writeBundleFile } = await import('../../features/bundles/write-file.ts');
  const { round } = stranger;
  const progress = { signal: round.signal, tell: () => {}, counts: { entries: 0, documents: 0 } };
  const lines = bundleLines({ ...round, now: Date.now }, { had: null, contents: true }, progress);
  mkdirSync(join(ben.root, stranger.own), { recursive: true });
  const file = join(ben.root, stranger.own, '00000001-00000001.bundle');
  await writeBundleFile(lines, { file, replace: true, lock: null, mode: 0o666, signal: round.signal });
  writeFileSync(join(ben.root, ana.own, '00000099-00000099.bundle'), 'not a bundle');
  await ben.look();
  expect(ben.read('a')).toBe('true');
  expect(ben.problems.sentences.join()).toContain('no member who may write them');
  expect(ben.problems.sentences.join()).toContain('no whole bundle');
});
