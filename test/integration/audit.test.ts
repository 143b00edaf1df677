import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInThisContext } from 'node:vm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { auditReport } from '@benchmate/shared/domain/audit-report';
import { registeredModel } from '@benchmate/shared/domain/registry';
import { registryThen } from '@benchmate/shared/domain/registry-then';
import { commandLine } from '../support/command-line.ts';

const home = mkdtempSync(join(tmpdir(), 'benchmate-audit-'));
const { cli, benchmate, ask, refuse } = commandLine(home, home);
const verified = z.object({ ok: z.boolean(), reports: z.array(auditReport), notes: z.array(z.string()) });
type Verifier = (lines: string[], tell: () => void) => Promise<unknown>;
const page = join(home, 'decisions.html');
const lines = join(home, 'decisions.jsonl');
let promotedAt = '';

beforeAll(async () => {
  for (const source of ['s3://bucket/first', 's3://bucket/second'])
    await ask(registeredModel, ['registry', 'register', 'churn', '--source', source]);
  await ask(registeredModel, ['registry', 'promote', 'churn', '1', 'champion']);
  const history = await ask(z.array(z.object({ at: z.string(), sentence: z.string() })), [
    'registry',
    'history',
    'churn',
  ]);
  promotedAt = history.find(({ sentence }) => sentence.includes('promoted'))!.at;
  await ask(registeredModel, ['registry', 'promote', 'churn', '2', 'champion']);
});
afterAll(async () => {
  await benchmate(['engine', 'stop']);
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
});

test('T2 the registry as of a moment, a day or an entry is answered offline, with the time zone that was meant', async () => {
  const asOf = async (...args: string[]) => (await ask(registryThen, ['registry', 'as-of', ...args])).aliases;
  const before = new Date(Date.parse(promotedAt) - 1).toISOString();
  expect(await asOf(before)).toEqual([]);
  const [champion] = await asOf(promotedAt, '--model', 'churn');
  expect(champion).toMatchObject({ version: 1, contested: false, setBy: { at: promotedAt } });
  expect(await asOf(champion!.setBy!.entry, '--entry')).toMatchObject([{ version: 1 }]);
  expect(await asOf('2999-01-01')).toMatchObject([{ version: 2 }]);
  expect(await asOf(promotedAt, '--model', 'other')).toEqual([]);
  const { stdout } = await benchmate(['registry', 'as-of', '2999-03-14'], { env: { TZ: 'Europe/Berlin' } });
  expect(stdout).toContain('As of the end of 2999-03-14 (Europe/Berlin, UTC+01:00), that is 2999-03-14T22:59:59.999Z');
  expect(stdout).toMatch(/churn\s+champion\s+v2/);
  expect(await refuse(['registry', 'as-of', '2026-02-30'])).toMatchObject({ code: 'BAD_REQUEST' });
  expect(await refuse(['registry', 'as-of', 'nothing', '--entry'])).toMatchObject({ code: 'NOT_FOUND' });
});

test('A1 A2 an export verifies without the engine, and any change in it is named by author and number', async () => {
  await benchmate(['audit', 'export', '--output', page]);
  await benchmate(['audit', 'export', '--format', 'jsonl', '--output', lines]);
  expect(await refuse(['audit', 'export', '--output', page])).toMatchObject({ code: 'ALREADY_EXISTS' });
  const elsewhere = { env: { BENCHMATE_DATA_DIR: join(home, 'nobody') } };
  const own = (await ask(verified, ['audit', 'verify'])).reports[0]!;
  for (const file of [page, lines]) {
    const { reports, notes } = await ask(verified, ['audit', 'verify', file], elsewhere);
    expect(notes).toEqual([]);
    expect(reports[0]).toMatchObject({
      ok: true,
      entries: 5,
      feeds: own.feeds,
      sealedBy: { device: own.feeds[0]!.device },
    });
  }
  expect(existsSync(join(home, 'nobody'))).toBe(false);

  // The verifier of the guide, as it is printed there.
  const guide = readFileSync(new URL('../../shared/docs/how-to-audit.md', import.meta.url), 'utf8');
  const script = join(home, 'verify.cjs');
  writeFileSync(script, /```js\n([\s\S]*?)```/.exec(guide)![1]!);
  const byHand = spawnSync(process.execPath, [script, lines], { encoding: 'utf8' });
  expect(byHand.stdout, byHand.stderr).toContain(own.feeds[0]!.head);

  const changed = join(home, 'changed.html');
  writeFileSync(
    changed,
    readFileSync(page, 'utf8').replace('bucket/second', 'bucket/sacond').replace('✓ All', '✓  All'),
  );
  const { code, stdout } = await benchmate(['audit', 'verify', changed], elsewhere);
  expect(code).toBe(12);
  expect(stdout).toContain(`device ${own.feeds[0]!.device}, entry 3: Entry 3 is not what its author signed.`);
  expect(stdout).toContain('do not trust what it shows');
  writeFileSync(changed, readFileSync(lines, 'utf8').replace('bucket/second', 'bucket/sacond'));
  expect(spawnSync(process.execPath, [script, changed], { encoding: 'utf8' }).stderr).toContain('Entry 3 of');
  expect(await refuse(['audit', 'verify', join(home, 'none')])).toMatchObject({ code: 'NOT_FOUND' });
});

test('A4 F6 what a copy of the device wrote is kept as evidence: verified, exported, and read by everything that reads the record', async () => {
  await benchmate(['engine', 'stop']);
  cpSync(join(home, 'ada'), join(home, 'ben'), { recursive: true });
  await benchmate(['registry', 'promote', 'churn', '1', 'champion']);
  await benchmate(['registry', 'promote', 'churn', '1', 'challenger'], { as: 'ben' });
  const bundle = join(home, 'copy.bundle');
  expect(await benchmate(['bundle', 'export', bundle], { as: 'ben' })).toMatchObject({ code: 0 });
  await benchmate(['engine', 'stop'], { as: 'ben' });
  await benchmate(['bundle', 'import', bundle]);
  await benchmate(['engine', 'stop']); // and it is known afterwards

  const record = join(home, 'evidence.jsonl');
  const shown = join(home, 'evidence.html');
  await ask(z.unknown(), ['audit', 'export', '--format', 'jsonl', '--output', record]);
  await ask(z.unknown(), ['audit', 'export', '--output', shown]);
  for (const args of [[], [record], [shown]]) {
    const { code, stdout } = await benchmate(['audit', 'verify', '--json', ...args]);
    expect(code).toBe(12);
    const { findings, feeds } = verified.parse(JSON.parse(stdout)).reports[0]!;
    expect(findings).toMatchObject([{ kind: 'fork', seq: 6, author: feeds[0]!.device }]);
    expect(feeds[0]!.entries).toBe(6);
  }
  const byHand = spawnSync(process.execPath, [join(home, 'verify.cjs'), record], { encoding: 'utf8' });
  expect(byHand).toMatchObject({ status: 0, stderr: expect.stringContaining('wrote a second entry 6') });
  const html = readFileSync(shown, 'utf8');
  const script = /<script>\n([\s\S]*?)async function main/.exec(html)![1]!;
  const onPage = runInThisContext(`(() => { ${script}; return verify; })()`) as Verifier;
  const lineList = readFileSync(record, 'utf8').trimEnd().split('\n');
  expect(await onPage(lineList, () => {})).toMatchObject({
    findings: [expect.stringContaining('entry 6: There is a second signed history')],
  });
});

test('Ctrl+C ends a long verification at once', async () => {
  const long = join(home, 'long.jsonl');
  const [first, second] = readFileSync(lines, 'utf8').split('\n');
  writeFileSync(long, `${first}\n`);
  for (let part = 0; part < 20; part++) appendFileSync(long, `${second}\n`.repeat(5000));
  const child = spawn(process.execPath, [cli, 'audit', 'verify', long], { stdio: ['ignore', 'ignore', 'pipe'] });
  let told = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (told === '') child.kill('SIGINT');
    told += text;
  });
  expect(await once(child, 'close')).toEqual([130, null]);
  expect(told).toContain('verifying signed entries');
});

test('A2 a bit that flips in the database is named, with and without an engine, and is not exported', async () => {
  await benchmate(['engine', 'stop']);
  const database = join(home, 'ada', 'benchmate.db');
  const flip = (text: string, bit: number) => {
    const bytes = readFileSync(database);
    const at = bytes.indexOf(text);
    expect(at).toBeGreaterThan(0);
    bytes[at]! ^= bit;
    writeFileSync(database, bytes);
  };
  const found = async () => {
    const { code, stdout, stderr } = await benchmate(['audit', 'verify', '--json']);
    expect(code, stderr).toBe(12);
    const findings = verified.parse(JSON.parse(stdout)).reports.flatMap(report => report.findings);
    return findings.filter(({ kind }) => kind !== 'fork'); // of the test before
  };
  flip('s3://bucket/second', 4);
  const [finding, ...others] = await found();
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ kind: 'signature', seq: 3, author: expect.stringMatching(/^[\w-]{43}$/) });

  await benchmate(['engine', 'start']);
  expect(await found()).toEqual([finding]);
  const damaged = join(home, 'damaged.html');
  expect(await refuse(['audit', 'export', '--output', damaged])).toMatchObject({ code: 'DATA_DAMAGED' });
  expect([damaged, `${damaged}.partial`].filter(file => existsSync(file))).toEqual([]);
  await benchmate(['engine', 'stop']);

  // Now it is no JSON any more: no engine can start on it, and the verification says why.
  flip('"seq":3,', 1);
  expect(await found()).toMatchObject([{ kind: 'unreadable', seq: 3, author: finding!.author }]);
});
