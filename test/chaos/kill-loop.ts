import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { seeded } from '../support/dice.ts';
import { until } from '../support/until.ts';
import { EngineUnderTest } from './engine-under-test.ts';
import { integrityOfCopy, verifyLedger } from './verify.ts';
import { newLedger, writeUntilKilled, type Act, type Scene } from './writer.ts';

export interface KillReport {
  cycles: number;
  /** Acknowledged changes by kind. */
  acknowledged: Map<string, number>;
  /** Milliseconds from spawn to `/health`: after a kill, and after an orderly end. */
  restarts: number[];
  cleanStarts: number[];
  /** Kills while it was starting, and while it did which upkeep. */
  killedInStart: number;
  killedInUpkeep: Map<string, number>;
}

export interface KillOptions {
  cycles: number;
  seed: number;
  args?: readonly string[];
  /** Each how many kills `integrity_check` reads the whole database. */
  integrityEvery?: number;
  tell?: (line: string) => void;
}

const writers = 4;
/** Each how many kills everything acknowledged is asked for; else what was touched since the last time. */
const wholeEvery = 10;
/** Longest time of writing before a kill. */
const longestMs = 150;
const project = 'id: chaos-0123abcd\nname: chaos\n';

/**
 * R1: an engine under write load is killed with -9 at moments that the seed decides, started again on the same data, and
 * asked for everything that it acknowledged. Rejects at the first thing that is lost, there twice, or damaged.
 */
export async function killLoop({
  cycles,
  seed,
  args = [],
  integrityEvery = 1,
  tell = () => {},
}: KillOptions): Promise<KillReport> {
  const folder = mkdtempSync(join(tmpdir(), 'benchmate-chaos-'));
  const dice = seeded(seed);
  const engine = new EngineUnderTest(join(folder, 'data'), args);
  const report: KillReport = {
    cycles: 0,
    acknowledged: new Map(),
    restarts: [],
    cleanStarts: [],
    killedInStart: 0,
    killedInUpkeep: new Map(),
  };
  const count = (name: string) => void report.acknowledged.set(name, (report.acknowledged.get(name) ?? 0) + 1);
  const jobs: string[] = [];
  try {
    await engine.start();
    const scenes = await makeScenes(engine, folder, dice);
    for (let cycle = 1; cycle <= cycles; cycle++) {
      let killed = false;
      const writing = scenes.map(scene => writeUntilKilled(scene, () => killed, count));
      const upkeep = beginUpkeep(engine, folder, dice);
      const job = cycle % 10 === 0 ? submit(engine, folder, cycle) : null;
      const before = sum(report.acknowledged);
      // Mostly in the middle of the work, and now and then before anything was acknowledged.
      if (dice() < 0.8) await Promise.race([until(() => sum(report.acknowledged) > before), ...writing]);
      await delay(dice() * longestMs);
      killed = true;
      await engine.kill();
      const pending = await Promise.all(writing);
      const kind = await upkeep;
      if (kind) report.killedInUpkeep.set(kind, (report.killedInUpkeep.get(kind) ?? 0) + 1);
      const submitted = await job;
      if (submitted) jobs.push(submitted);
      const integrity = cycle % integrityEvery === 0 ? integrityOfCopy(engine.dataDir) : 'ok';
      if (integrity !== 'ok') throw new Error(`integrity_check: ${integrity}`);
      await restart(engine, dice, report);
      await verifyAll(engine, scenes, pending, cycle % wholeEvery === 0);
      report.cycles = cycle;
      if (cycle % 50 === 0) tell(`${cycle} kills, ${sum(report.acknowledged)} acknowledged changes`);
      if (cycle % 8 === 0) await cleanRestart(engine, report);
      // A run that grew large makes each verification slow: begin another; everything of the first was just asked for.
      if (cycle % 60 === 0)
        for (const scene of scenes)
          Object.assign(scene.ledger, {
            ...newLedger(),
            note: scene.ledger.note,
            versions: scene.ledger.versions,
            alias: scene.ledger.alias,
          });
    }
    await verifyAll(engine, scenes, [], true);
    await verifyJobs(engine, folder, jobs);
    const { ok, findings } = (await storeTask(engine, { kind: 'check' })) as { ok: boolean; findings: unknown[] };
    if (!ok) throw new Error(`The check of the store found ${JSON.stringify(findings)}.`);
    return report;
  } catch (error) {
    throw new Error(`R1 with seed ${seed} failed after ${report.cycles} kills: ${(error as Error).message}`, {
      cause: error,
    });
  } finally {
    await engine.kill();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function makeScenes(engine: EngineUnderTest, folder: string, dice: () => number): Promise<Scene[]> {
  const dir = join(folder, 'project');
  mkdirSync(dir);
  writeFileSync(join(dir, 'benchmate.yaml'), project);
  const { projectId } = (await engine.rpc('projects.open', { dir })) as { projectId: string };
  const created = await engine.post('/api/2.0/mlflow/experiments/create', { name: 'chaos' });
  const experimentId = created['experiment_id'] as string;
  return Array.from({ length: writers }, (_, writer) => {
    let number = 0;
    return { engine, ledger: newLedger(), dice, writer, projectId, experimentId, next: () => ++number };
  });
}

/** Some kills come while the engine is starting, before it serves anybody. */
async function restart(engine: EngineUnderTest, dice: () => number, report: KillReport): Promise<void> {
  if (dice() < 0.15) {
    engine.spawn();
    await delay(dice() * 400);
    await engine.kill();
    report.killedInStart++;
  }
  report.restarts.push(await engine.start());
}

async function cleanRestart(engine: EngineUnderTest, report: KillReport): Promise<void> {
  await engine.stop();
  report.cleanStarts.push(await engine.start());
}

async function verifyAll(
  engine: EngineUnderTest,
  scenes: readonly Scene[],
  pending: readonly (Act | null)[],
  all: boolean,
): Promise<void> {
  await Promise.all(
    scenes.map(({ ledger, writer }, index) =>
      verifyLedger(engine, { ledger, writer, pending: pending[index] ?? null }, { all }),
    ),
  );
}

/** In a part of the cycles the engine is checked, compacted or backed up meanwhile; resolves with what was cut off. */
async function beginUpkeep(engine: EngineUnderTest, folder: string, dice: () => number): Promise<string | null> {
  const roll = dice();
  const request =
    roll < 0.06
      ? { kind: 'compact' }
      : roll < 0.12
        ? { kind: 'backup', file: join(folder, 'backup.tar'), replace: true }
        : roll < 0.15
          ? { kind: 'check' }
          : null;
  if (!request) return null;
  try {
    const { taskId } = await engine.rpc('store.begin', request);
    while ((await engine.rpc('store.wait', { taskId }, 'query'))['state'] === 'running') await delay(5);
    return null;
  } catch {
    return request.kind;
  }
}

export async function storeTask(engine: EngineUnderTest, request: object): Promise<unknown> {
  const { taskId } = await engine.rpc('store.begin', request);
  const task = await until(async () => {
    const now = await engine.rpc('store.wait', { taskId }, 'query');
    return now['state'] === 'running' ? null : now;
  }, 60_000);
  if (task['state'] !== 'done') throw new Error(`The task ended: ${JSON.stringify(task['error'])}`);
  return task['result'];
}

/** Its id when it was acknowledged. Each job leaves its mark once. */
async function submit(engine: EngineUnderTest, folder: string, cycle: number): Promise<string | null> {
  const script = `require('fs').appendFileSync(${JSON.stringify(join(folder, 'marks'))}, process.env.BENCHMATE_JOB_ID + '\\n')`;
  try {
    const job = await engine.rpc('jobs.submit', {
      dir: folder,
      command: [process.execPath, '-e', script],
      params: {},
      name: `job ${cycle}`,
    });
    return job['jobId'] as string;
  } catch {
    return null;
  }
}

async function verifyJobs(engine: EngineUnderTest, folder: string, jobs: readonly string[]): Promise<void> {
  const listed = async () =>
    (await engine.rpc('jobs.list', { limit: 1000 }, 'query')) as unknown as { jobId: string; state: string }[];
  await until(async () => (await listed()).every(({ state }) => state === 'succeeded' || state === 'lost'), 60_000);
  const states = new Map((await listed()).map(({ jobId, state }) => [jobId, state]));
  for (const jobId of jobs)
    if (states.get(jobId) !== 'succeeded') throw new Error(`The job ${jobId} is ${states.get(jobId) ?? 'lost'}.`);
  const marks = existsSync(join(folder, 'marks')) ? readFileSync(join(folder, 'marks'), 'utf8').trim().split('\n') : [];
  if (new Set(marks).size !== marks.length) throw new Error('A job was started twice.');
}

export const sum = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((a, b) => a + b, 0);
