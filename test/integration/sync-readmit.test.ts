import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hashEntry } from '@benchmate/shared/facts/entry-hash';
import { closeCode } from '@benchmate/shared/protocol/document-wire';
import { systemClock } from '../../desktop/engine/src/host/clock.ts';
import type { FolderDevice } from '../../desktop/engine/src/replication/folder/testing-device.ts';
import { evidenceAt, openFolderTeam, twoHistories } from '../../desktop/engine/src/replication/folder/testing-team.ts';
import { SyncConnection } from '../../desktop/engine/src/replication/sync/connection.ts';
import { programFile } from '../support/program-file.ts';
import { startProgram, type Program } from '../support/program.ts';
import { until } from '../support/until.ts';

// What a sync server refuses: rules F4 and S4 in desktop/engine/src/replication/SPEC.md. A real server, and devices whose half minutes
// are short.
const dir = mkdtempSync(join(tmpdir(), 'benchmate-readmit-'));
const serverData = join(dir, 'server');
const serverFile = programFile('sync-server/src/main.ts');
const hurried = { ...systemClock, after: (ms: number, then: () => void) => systemClock.after(ms / 20, then) };
const open = new Set<SyncConnection>();
let server: Program<{ url: string }>;
let devices: FolderDevice[];
let ana: FolderDevice;
let ben: FolderDevice;
let cleo: FolderDevice;

beforeAll(async () => {
  const program = ['--data-dir', serverData, '--quota', 'connectionsPerDocument=2'];
  server = await startProgram<{ url: string }>('sync-server/src/main.ts', program);
  devices = await openFolderTeam(dir, ['ana', 'ben', 'cleo']);
  [ana, ben, cleo] = devices as [FolderDevice, FolderDevice, FolderDevice];
  await ben.replica.receive(ana.replica.storedAfter({}));
});
afterAll(async () => {
  for (const connection of open) connection.stop();
  for (const { store } of devices) await store.settled();
  for (const { store } of devices) store.close();
  await server.stop();
  rmSync(dir, { recursive: true, force: true });
});

function connect({ replica, documents, hub }: FolderDevice, clock = systemClock): SyncConnection {
  const parts = { replica, documents, hub, clock, serverUrl: server.announced.url, changed: () => {}, warn: () => {} };
  const connection = new SyncConnection(parts);
  open.add(connection);
  return connection;
}
const isShared = ({ documents, team }: FolderDevice) => documents.countUnshared(team) === 0;
const isIn = (connection: SyncConnection, state: string) => until(() => connection.state.state === state);
const refusedCodes = (connection: SyncConnection) => [...new Set(connection.refusals.map(({ code }) => code))];

test('S4: a document that had no place for a further connection is tried again, and not refused any more', async () => {
  for (const device of devices) await device.write('a', text => text.insert(0, '+'));
  const [first, second] = [connect(ana), connect(cleo)];
  await until(() => isShared(ana) && isShared(cleo));
  const third = connect(ben, hurried);
  await until(() => refusedCodes(third).includes(closeCode.tooMany));
  expect(isShared(ben)).toBe(false);
  first.stop();
  await until(() => isShared(ben) && third.refusals.length === 0);
  await until(() => cleo.read('a') === '+++');
  second.stop();
  third.stop();
});

test('S4: who was revoked at the server is back by itself soon after being readmitted, documents and all', async () => {
  const admin = (what: string) =>
    promisify(execFile)(process.execPath, [serverFile, 'admin', what, ben.keys.device, '--data-dir', serverData]);
  const connection = connect(ben, hurried);
  await isIn(connection, 'online');
  await ben.write('b', text => text.insert(0, 'before'));
  await until(() => isShared(ben));
  await admin('revoke');
  await isIn(connection, 'refused');
  await ben.write('b', text => text.insert(0, 'meanwhile '));
  expect((await admin('readmit')).stdout).toContain('within half a minute');
  await isIn(connection, 'online');
  await until(() => isShared(ben) && connection.refusals.length === 0);
  connection.stop();
});

test('S4: what was written without the right to is taken at once when the right is given back', async () => {
  const setRole = (role: 'viewer' | 'contributor') =>
    ana.state({ kind: 'role.set', person: ben.keys.device, role, project: null });
  const first = connect(ana);
  await setRole('viewer');
  await until(() => ana.replica.unshared === 0);
  await ben.write('b', text => text.insert(0, 'too much '));
  const second = connect(ben);
  await until(() => refusedCodes(second).includes(closeCode.forbidden));
  expect(isShared(ben)).toBe(false);
  await setRole('contributor');
  await until(() => isShared(ben) && !refusedCodes(second).includes(closeCode.forbidden));
  first.stop();
  second.stop();
});

test('F4 S1: a device whose copy was at the server first learns it, and counts its own entry as not shared; its teammates see both', async () => {
  await cleo.replica.receive(ana.replica.storedAfter({}));
  const { here, copied } = await twoHistories({ dir, device: cleo }, 1);
  await ben.replica.receive(copied);
  const [first, second] = [connect(ana), connect(ben)];
  await until(() => ana.replica.heads[cleo.keys.device] === hashEntry(copied[0]!));
  const third = connect(cleo);
  const both = [hashEntry(copied[0]!), hashEntry(here[0]!)];
  await until(() => [ana, ben, cleo].every(device => evidenceAt(device).length === 1));
  const { seq } = here[0]!;
  expect([ana, ben, cleo].map(device => evidenceAt(device)[0])).toEqual([
    [seq, ...both],
    [seq, ...both],
    [seq, ...both.toReversed()],
  ]);
  await until(() => third.refusals.some(({ what }) => what.kind === 'fact' && what.seq === seq));
  expect(cleo.replica.unshared).toBe(1);
  for (const connection of [first, second, third]) connection.stop();
});
