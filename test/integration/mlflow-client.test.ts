import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectEngine } from '@benchmate/shared/node/connect-engine';
import { openLossyProxy } from '../support/lossy-proxy.ts';
import { openMlflowEngine, type MlflowEngine } from '../support/mlflow-engine.ts';

let engine: MlflowEngine;

beforeAll(async () => {
  engine = await openMlflowEngine();
});
afterAll(() => engine.close());

// Each script makes its own experiment and asserts on the Python side.
test.each(['tracking.py', 'search.py', 'artifacts.py', 'models.py', 'registry.py'])(
  'the stock client: %s',
  async script => {
    expect((await engine.script(script)).trimEnd().endsWith('passed')).toBe(true);
  },
);

test('a wrong token is refused at once, with a sentence that says what to do', async () => {
  const output = await engine.script('wrong-token.py', { MLFLOW_TRACKING_TOKEN: 'x'.repeat(43) });
  expect(output).toContain('UNAUTHENTICATED');
  expect(output).toContain('benchmate env');
});

test('an engine killed with -9 keeps everything that it acknowledged, and the client goes on by itself', async () => {
  const script = engine.script('through-a-crash.py', { MLFLOW_HTTP_REQUEST_MAX_RETRIES: '7' });
  const client = connectEngine(engine.dataDir);
  try {
    let steps = 0;
    while (steps < 100) {
      const { runs } = await client.runs.list.query({ search: 'through a crash' });
      steps = runs[0]?.metrics['step']?.step ?? 0;
    }
    await engine.crash();
    expect((await script).trimEnd().endsWith('passed')).toBe(true);
  } finally {
    client.close();
  }
});

test('an answer that is lost after the commit makes the client repeat the request, and nothing is there twice', async () => {
  const proxy = await openLossyProxy(engine.url(), { loseEvery: 3 });
  try {
    const output = await engine.script('lost-answers.py', {
      MLFLOW_TRACKING_URI: proxy.url,
      MLFLOW_HTTP_REQUEST_MAX_RETRIES: '5',
      MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR: '0',
    });
    expect(output.trimEnd().endsWith('passed')).toBe(true);
    expect(proxy.lost()).toBeGreaterThan(5);
  } finally {
    await proxy.close();
  }
});

test.each(['answer', 'request'] as const)(
  'a create whose connection breaks (%s lost) gives one extra at most, and that one says what took its place',
  async loss => {
    const creates = new Map<string, number>();
    // The first try of each create is lost, its repetition passes.
    const mayLose = ({ url = '' }: { url?: string | undefined }) => {
      const count = (creates.get(url) ?? 0) + 1;
      if (/\/(runs|model-versions)\/create$/.test(url)) creates.set(url, count);
      return creates.has(url) && count <= lostTries && count % 2 === 1;
    };
    const proxy = await openLossyProxy(engine.url(), { loseEvery: 1, mayLose, loss });
    try {
      const output = await engine.script('lost-creates.py', {
        LOSS: loss,
        MLFLOW_TRACKING_URI: proxy.url,
        MLFLOW_HTTP_REQUEST_MAX_RETRIES: '5',
        MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR: '0',
      });
      expect(output.trimEnd().endsWith('passed')).toBe(true);
      expect(proxy.lost()).toBe(4);
    } finally {
      await proxy.close();
    }
  },
);
/** Three runs, each tried twice. */
const lostTries = 6;

test('our own client sees the runs, their points as they come, and their histories', async () => {
  const client = connectEngine(engine.dataDir);
  const seen: number[] = [];
  const changed = new Set<string>();
  try {
    const { runId } = JSON.parse((await engine.script('watched.py', {}, ['create'])).split('\n').at(-2) ?? '') as {
      runId: string;
    };
    await new Promise<void>(resolve => {
      client.metrics.watch.subscribe(
        { runId },
        {
          connected: resolve,
          next: points => seen.push(...points.map(({ point }) => point.step)),
        },
      );
    });
    await new Promise<void>(resolve => {
      client.runs.changes.subscribe(
        {},
        { connected: resolve, next: runs => runs.forEach(run => changed.add(run.runId)) },
      );
    });
    await engine.script('watched.py', {}, ['log', runId]);
    await expect.poll(() => seen.length).toBe(300);
    expect(new Set(seen).size).toBe(300);
    expect(changed).toContain(runId);
    const history = await client.metrics.history.query({ runId, key: 'm', maxPoints: 50 });
    expect(history.total).toBe(300);
    expect(history.points.length).toBeLessThanOrEqual(50);
    expect(history.points.map(({ value }) => value)).toEqual(expect.arrayContaining([-1, 'Infinity']));
    const run = await client.runs.get.query({ runId: runId.slice(0, 12) });
    expect(run).toMatchObject({ runId, name: 'watched', projectId: null, jobId: null, status: 'FINISHED' });
    expect(run.metrics['m']).toMatchObject({ step: 299 });
    const renamed = await client.runs.rename.mutate({ runId, name: 'watched no more' });
    expect(renamed.name).toBe('watched no more');
    expect((await client.runs.list.query({ search: 'NO MORE' })).runs.map(run => run.runId)).toEqual([runId]);
  } finally {
    client.close();
  }
});
