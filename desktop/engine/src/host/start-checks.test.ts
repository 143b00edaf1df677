import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { schemaOf, schemaVersion } from '../storage/migrate.ts';
import { processStart } from '../supervisor/process-identity.ts';
import { jobFiles, SpoolWriter } from '../supervisor/spool.ts';
import { refuseNetworkDisk } from './local-disk.ts';
import { engineProcess, temporaryEngine, temporaryFolder, type EngineProcess } from './temporary-engine.ts';
import { TurnedClock } from './turned-clock.ts';

const fixture = readFileSync(new URL('../storage/fixtures/schema-7.sql', import.meta.url), 'utf8');
let dataDir: string;
let engine: EngineProcess | null = null;
beforeEach(() => {
  dataDir = join(temporaryFolder(), 'data');
  mkdirSync(dataDir);
});
afterEach(async () => {
  engine?.child.kill('SIGKILL');
  await engine?.ended;
  engine = null;
  rmSync(join(dataDir, '..'), { recursive: true, force: true, maxRetries: 3 });
});

function oldData(sql = ''): void {
  const db = new Database(join(dataDir, 'benchmate.db'));
  db.exec(fixture + sql);
  db.pragma('journal_mode = WAL');
  db.close();
}

const schema = () => {
  const db = new Database(join(dataDir, 'benchmate.db'), { readonly: true });
  try {
    return schemaOf(db);
  } finally {
    db.close();
  }
};

test('E38 data of an older engine is brought to the present schema at the start, step by step and in words', async () => {
  oldData(`UPDATE job SET state = 'cancelled' WHERE state = 'queued'`);
  engine = engineProcess(dataDir);
  await engine.ready;
  engine.child.kill('SIGTERM');
  const { stderr } = await engine.ended;
  expect(stderr).toContain(`Changing the stored data to schema 8 of ${schemaVersion}`);
  expect(schema()).toBe(schemaVersion);
  expect(existsSync(join(dataDir, 'benchmate.db.schema7.bak'))).toBe(true);
});

test('E39 the schema stays while a job of the engine before runs, and changes once it has ended', async () => {
  const command = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  const supervisor = { pid: command.pid!, start: await processStart(command.pid!) };
  oldData(`UPDATE job SET state = 'running', ended_at = NULL, slot = 'cpu' WHERE job_id = 'a1b2c3d4e5f6'`);
  const folder = join(dataDir, 'jobs', 'a1b2c3d4e5f6');
  mkdirSync(folder, { recursive: true });
  const spool = new SpoolWriter(jobFiles(folder).spool);
  spool.append({ at: 1, type: 'supervised', ...supervisor });
  engine = engineProcess(dataDir);
  const { status, stderr } = await engine.ended;
  expect(status).toBe(5);
  expect(stderr).toMatch(/^CONFLICT: This version changes the stored data, and 1 job .*a1b2c3d4e5f6.*Wait until/);
  expect(schema()).toBe(7);
  command.kill('SIGKILL');
  await once(command, 'exit');
  engine = engineProcess(dataDir);
  await engine.ready;
  engine.child.kill('SIGTERM');
  await engine.ended;
  expect(schema()).toBe(schemaVersion);
});

test('E40 a folder on a network file system is refused in words', () => {
  expect(() => refuseNetworkDisk(dataDir, () => 0x6969)).toThrow(/network file system \(NFS\)/);
  expect(() => refuseNetworkDisk(dataDir, () => 0xff534d42 | 0)).toThrow(/CIFS/);
  refuseNetworkDisk(dataDir);
});

test('E41 after a crash the log says so, the pages are looked at, and damage is named', async () => {
  engine = engineProcess(dataDir);
  const { url } = await engine.ready;
  await fetch(`${url}/version`);
  engine.child.kill('SIGKILL');
  await engine.ended;
  const clock = new TurnedClock();
  const second = await temporaryEngine({ clock, dataDir: join(dataDir, '..') });
  try {
    const log = () => readFileSync(join(dataDir, 'logs', 'engine.log'), 'utf8');
    expect(log()).toContain('did not end in order');
    clock.turn(3000);
  } finally {
    await second.stop();
  }
  expect(readFileSync(join(dataDir, 'logs', 'engine.log'), 'utf8')).not.toContain('is damaged');
});

test('E42 nobody writes for half a minute: the log of the database is emptied', async () => {
  const clock = new TurnedClock();
  const running = await temporaryEngine({ clock });
  try {
    const wal = join(running.dataDir, 'benchmate.db-wal');
    expect(readFileSync(wal).length).toBeGreaterThan(0);
    clock.turn(60_000);
    await expect.poll(() => readFileSync(wal).length, { timeout: 20_000 }).toBe(0); // by a thread that starts first
  } finally {
    await running.dispose();
  }
});

test('E43 a restore that was cut off is finished or undone by the next start', async () => {
  const first = await temporaryEngine({ dataDir: join(dataDir, '..') });
  await first.stop();
  const database = readFileSync(join(dataDir, 'benchmate.db'));
  // Cut off while it was unpacking: what was there counts.
  mkdirSync(join(dataDir, 'restoring'));
  appendFileSync(join(dataDir, 'restoring', 'benchmate.db'), 'half');
  const second = await temporaryEngine({ dataDir: join(dataDir, '..') });
  await second.stop();
  expect(existsSync(join(dataDir, 'restoring'))).toBe(false);
  // Cut off after it was verified, with the artifacts moved already and the database not.
  mkdirSync(join(dataDir, 'restored', 'jobs'), { recursive: true });
  writeFileSync(join(dataDir, 'restored', 'keep-in.txt'), 'before');
  writeFileSync(join(dataDir, 'restored', 'benchmate.db'), database);
  writeFileSync(join(dataDir, 'benchmate.db'), 'the old one, not even a database');
  writeFileSync(join(dataDir, 'benchmate.db-wal'), 'its log');
  const third = await temporaryEngine({ dataDir: join(dataDir, '..') });
  await third.stop();
  expect(existsSync(join(dataDir, 'restored'))).toBe(false);
  expect(readFileSync(join(dataDir, 'before', 'benchmate.db'), 'utf8')).toContain('the old one');
  expect(readFileSync(join(dataDir, 'before', 'benchmate.db-wal'), 'utf8')).toBe('its log');
});
