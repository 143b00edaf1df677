import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { EngineUnderTest } from './engine-under-test.ts';
import { modelOf } from './team-acts.ts';
import { sha256, type Act, type Ledger } from './writer.ts';

interface WireRun {
  info: { status: string };
  data: { params?: { key: string; value: string }[]; tags?: { key: string; value: string }[] };
}

/**
 * Throws when something acknowledged is not there, is there twice, or is another thing than was sent. Of series and artifacts it
 * asks for what was touched since the last time, or for `all`.
 */
export async function verifyLedger(
  engine: EngineUnderTest,
  { ledger, pending, writer }: { ledger: Ledger; pending: Act | null; writer: number },
  { all }: { all: boolean },
): Promise<void> {
  const possible = structuredClone(ledger);
  pending?.book(possible);
  await verifyRun(engine, ledger, possible);
  const looked = (name: string) => all || possible.touched.has(name);
  for (const [key, sent] of possible.series)
    if (looked(key))
      await verifySeries(engine, possible.runId!, key, ledger.series.get(key) ?? new Map(), sent, { all });
  for (const path of possible.artifacts.keys()) if (looked(path)) await verifyArtifact(engine, path, ledger, possible);
  await verifyTeam(engine, writer, ledger, possible);
  // What was under way may have arrived: from now on it counts as what is there.
  if (pending) await adopt(engine, writer, ledger, possible);
  ledger.touched.clear();
}

async function getRun(engine: EngineUnderTest, runId: string): Promise<WireRun> {
  return ((await engine.get('/api/2.0/mlflow/runs/get', { run_id: runId })) as { run: WireRun }).run;
}

async function verifyRun(engine: EngineUnderTest, ledger: Ledger, possible: Ledger): Promise<void> {
  if (ledger.runId === null) return;
  const { info, data } = await getRun(engine, ledger.runId);
  expectOneOf('status', info.status, [ledger.status, possible.status]);
  for (const name of ['params', 'tags'] as const) {
    const present = new Map((data[name] ?? []).map(({ key, value }) => [key, value]));
    if (present.size !== (data[name] ?? []).length) throw new Error(`A key of ${name} is there twice.`);
    for (const [key, value] of ledger[name])
      expectOneOf(`${name} ${key}`, present.get(key), [value, possible[name].get(key)]);
    for (const [key, value] of present)
      if (name === 'params' && possible.params.get(key) !== value) throw new Error(`The param ${key} was never sent.`);
  }
}

async function verifySeries(
  engine: EngineUnderTest,
  runId: string,
  key: string,
  acknowledged: Map<number, number>,
  possible: Map<number, number>,
  { all }: { all: boolean },
): Promise<void> {
  const { metrics = [] } = (await engine.get('/api/2.0/mlflow/metrics/get-history', {
    run_id: runId,
    metric_key: key,
    ...(all ? {} : { max_results: '25000' }),
  })) as { metrics?: { step: number | string; value: number }[] };
  const present = new Map(metrics.map(({ step, value }) => [Number(step), value]));
  if (present.size !== metrics.length)
    throw new Error(`${key}: ${metrics.length - present.size} points are there twice.`);
  for (const [step, value] of acknowledged)
    if (present.get(step) !== value)
      throw new Error(`${key}: the acknowledged step ${step} is lost (${present.get(step)}).`);
  const extra = [...present.keys()].filter(step => !acknowledged.has(step));
  const pendingSteps = [...possible.keys()].filter(step => !acknowledged.has(step));
  if (extra.length > 0 && extra.length !== pendingSteps.length)
    throw new Error(`${key}: ${extra.length} of a batch of ${pendingSteps.length} are there.`);
  for (const step of extra)
    if (possible.get(step) !== present.get(step)) throw new Error(`${key}: step ${step} was never sent.`);
}

async function verifyArtifact(engine: EngineUnderTest, path: string, ledger: Ledger, possible: Ledger): Promise<void> {
  const response = await engine.request(path);
  const bytes = new Uint8Array(await response.arrayBuffer());
  const found = response.status === 404 ? undefined : sha256(bytes);
  expectOneOf(`the artifact ${path} (${response.status}, ${bytes.length} bytes)`, found, [
    ledger.artifacts.get(path),
    possible.artifacts.get(path),
  ]);
}

async function teamOf(engine: EngineUnderTest, writer: number, ledger: Ledger) {
  const models = (await engine.rpc('registry.list', undefined, 'query')) as unknown as {
    name: string;
    versions: { version: number; versionId: string }[];
    aliases: { alias: string; holder: string | null }[];
  }[];
  const model = models.find(({ name }) => name === modelOf(writer));
  const holder = model?.aliases.find(({ alias }) => alias === 'best')?.holder;
  const note = ledger.note
    ? ((await engine.rpc('notes.get', { noteId: ledger.note.noteId }, 'query')) as { body: string })
    : null;
  return {
    versions: (model?.versions ?? []).map(({ version }) => version),
    alias: model?.versions.find(({ versionId }) => versionId === holder)?.version ?? null,
    note: note?.body ?? null,
  };
}

async function verifyTeam(engine: EngineUnderTest, writer: number, ledger: Ledger, possible: Ledger): Promise<void> {
  const found = await teamOf(engine, writer, ledger);
  if (new Set(found.versions).size !== found.versions.length) throw new Error('A version number was given twice.');
  for (const version of ledger.versions)
    if (!found.versions.includes(version)) throw new Error(`Version ${version} is lost.`);
  if (found.versions.length > ledger.versions.size + 1) throw new Error('There are versions that nobody registered.');
  expectOneOf('the alias', found.alias, [ledger.alias, possible.alias]);
  expectOneOf('the note', found.note, [ledger.note?.body ?? null, possible.note?.body ?? null]);
}

/** Takes what is there for what counts. */
async function adopt(engine: EngineUnderTest, writer: number, ledger: Ledger, possible: Ledger): Promise<void> {
  const team = await teamOf(engine, writer, ledger);
  for (const version of team.versions) ledger.versions.add(version);
  ledger.alias = team.alias;
  if (ledger.note && team.note !== null) ledger.note = { ...ledger.note, body: team.note };
  if (ledger.runId === null) return;
  const { info, data } = await getRun(engine, ledger.runId);
  ledger.status = info.status;
  for (const { key, value } of data.params ?? []) ledger.params.set(key, value);
  for (const { key, value } of data.tags ?? [])
    if (ledger.tags.has(key) || possible.tags.has(key)) ledger.tags.set(key, value);
  for (const [key, points] of possible.series) {
    if (ledger.series.get(key)?.size === points.size) continue;
    const { metrics = [] } = (await engine.get('/api/2.0/mlflow/metrics/get-history', {
      run_id: ledger.runId,
      metric_key: key,
    })) as {
      metrics?: { step: number | string; value: number }[];
    };
    const present = metrics
      .map(({ step, value }) => [Number(step), value] as const)
      .filter(([step]) => points.has(step));
    ledger.series.set(key, new Map(present));
  }
  for (const path of possible.artifacts.keys()) {
    if (ledger.artifacts.get(path) === possible.artifacts.get(path)) continue;
    const response = await engine.request(path);
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (response.ok) ledger.artifacts.set(path, sha256(bytes));
  }
}

/** `PRAGMA integrity_check` on a copy of the database as the crash left it. */
export function integrityOfCopy(dataDir: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'benchmate-copy-'));
  try {
    const file = join(dataDir, 'benchmate.db');
    if (!existsSync(file)) return 'ok';
    for (const suffix of ['', '-wal'])
      if (existsSync(file + suffix)) copyFileSync(file + suffix, join(folder, `benchmate.db${suffix}`));
    const db = new Database(join(folder, 'benchmate.db'));
    try {
      return String(db.pragma('integrity_check(1)', { simple: true }));
    } finally {
      db.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function expectOneOf(what: string, found: unknown, allowed: readonly unknown[]): void {
  if (!allowed.includes(found))
    throw new Error(`${what} is ${String(found)}, not ${allowed.map(String).join(' or ')}.`);
}
