import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { programFile } from '../support/program-file.ts';
import { mlflowPython } from '../support/python.ts';
import { axeViolations } from './support/axe.ts';
import { openBench, type Bench } from './support/bench.ts';
import { openBrowser, photograph, scrollsSideways, setLook, type Look } from './support/pages.ts';

// N30: one zip that needs nothing but a browser.
const hostile = '</script><img src=x onerror=alert(1)><b>"&';
const run = promisify(execFile);
let bench: Bench;
let browser: Browser;
let folder: string;
let firstRun = '';
let zip: string;

const fileAt = (...path: string[]) => readFileSync(join(folder, ...path), 'utf8');
const linesOf = (name: string) =>
  fileAt(name)
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line) as Record<string, unknown>);

const archive = (...args: string[]) =>
  run(process.execPath, [
    programFile('desktop/cli/src/main.ts'),
    'archive',
    zip,
    ...args,
    '--data-dir',
    join(bench.dir, 'data'),
  ]);

async function logRuns(): Promise<void> {
  const { experiment_id } = await bench.mlflow('experiments/create', { name: 'churn' });
  for (let index = 0; index < 4; index++) {
    const name = index === 0 ? hostile : `run-${index}`;
    const created = (await bench.mlflow('runs/create', {
      experiment_id,
      run_name: name,
      start_time: 1_760_000_000_000 + index,
    })) as {
      run: { info: { run_id: string } };
    };
    const { run_id } = created.run.info;
    if (index === 0) firstRun = run_id;
    const steps = index === 0 ? [...Array(1200).keys()] : [0];
    const metrics = steps.flatMap(step => [
      { key: 'loss', value: step === 700 ? -5 : 1 / (step + 1) + index, timestamp: 1_760_000_000_000 + step, step },
      ...(step === 3 ? [{ key: 'odd key', value: 'NaN', timestamp: 1_760_000_000_000, step }] : []),
    ]);
    for (let from = 0; from < metrics.length; from += 900)
      await bench.mlflow('runs/log-batch', {
        run_id,
        metrics: metrics.slice(from, from + 900),
        params: from === 0 ? [{ key: 'lr', value: index === 0 ? hostile : `0.0${index}` }] : [],
      });
    await bench.mlflow('runs/update', { run_id, status: 'FINISHED', end_time: 1_760_000_100_000 });
  }
}

beforeAll(async () => {
  [bench, browser] = await Promise.all([openBench(), openBrowser()]);
  const projectId = await bench.project('churn');
  writeFileSync(join(bench.dir, 'churn', 'MODEL_CARD.md'), '# Churn\n');
  await logRuns();
  const { registry, notes, reviews } = bench.client;
  await registry.register.mutate({
    model: 'churn',
    runId: firstRun,
    source: 's3://one',
    description: `# Card ${hostile}`,
  });
  await registry.promote.mutate({ model: 'churn', version: 1, alias: 'champion' });
  await notes.create.mutate({ projectId, title: `Plan ${hostile}`, body: `words ${hostile}` });
  const anchor = { quote: hostile, prefix: '', suffix: '', line: 4 };
  const { threadId, comments } = await reviews.start.mutate({
    projectId,
    path: 'params.yaml',
    anchor,
    body: `why ${hostile}`,
  });
  await reviews.react.mutate({ threadId, commentId: comments[0]!.commentId, kind: 'eyes', on: true });
  await bench.client.fileReviews.submit.mutate({
    projectId,
    path: 'MODEL_CARD.md',
    verdict: 'comment',
    comment: `which data ${hostile}`,
  });
  folder = mkdtempSync(join(bench.dir, 'unpacked-'));
  zip = join(bench.dir, 'everything.zip');
  await archive();
  await run(await mlflowPython(), ['-m', 'zipfile', '-e', zip, folder]);
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await bench?.close();
});

test('every file is what the published schema says, and no point is lost', async () => {
  expect(statSync(zip).mode & 0o077).toBe(0);
  await expect(archive('--json')).rejects.toMatchObject({
    stderr: expect.stringContaining('ALREADY_EXISTS') as string,
  });
  const schema = JSON.parse(fileAt('schema.json')) as { $defs: Record<string, object> };
  expect(schema).toEqual(
    JSON.parse(readFileSync(new URL('../../shared/docs/archive.schema.json', import.meta.url), 'utf8')),
  );
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  for (const [name, definition] of Object.entries(schema.$defs)) {
    const documents = name.endsWith('.jsonl') ? linesOf(name) : [JSON.parse(fileAt(name)) as unknown];
    expect(documents.length, name).toBeGreaterThan(0);
    const validate = ajv.compile(definition);
    for (const document of documents) {
      expect(validate(document), `${name}: ${JSON.stringify(validate.errors)}`).toBe(true);
      expect(validate({ ...(document as object), title: 7, runId: 7, v: 7, versions: 7, threadId: 7, model: 7 })).toBe(
        false,
      );
    }
  }
  expect(JSON.parse(fileAt('archive.json'))).toMatchObject({
    counts: { runs: 4, points: 1204, models: 1, notes: 1, threads: 1 },
  });
  expect(linesOf('lineage.jsonl')).toMatchObject([
    { model: 'churn', version: 1, runId: firstRun, runIsHere: true, aliases: ['champion'] },
  ]);
  const csv = fileAt('series', `${firstRun}.csv`).split('\r\n');
  expect(csv[0]).toBe('key,step,timestamp,value');
  expect(csv.filter(line => line.startsWith('loss,'))).toHaveLength(1200);
  expect(csv).toContain('loss,700,1760000000700,-5');
  expect(csv).toContain('odd key,3,1760000000000,NaN');
  expect(readdirSync(join(folder, 'cards'))).toEqual(['churn-0123456789.md']);
});

interface Opened {
  page: Page;
  complaints: string[];
  requests: string[];
}

async function open(path: string, width = 1600): Promise<Opened> {
  const context = await browser.newContext({
    offline: true,
    viewport: { width, height: 900 },
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('dialog', dialog => {
    complaints.push(dialog.message());
    void dialog.dismiss();
  });
  page.on('pageerror', error => complaints.push(String(error)));
  page.on('console', message => message.type() === 'error' && complaints.push(message.text()));
  page.on('request', request => requests.push(request.url()));
  await page.goto(`${pathToFileURL(join(folder, 'index.html')).href}${path}`);
  await page.locator('h1').first().waitFor();
  return { page, complaints, requests };
}

test('the page opens from a file without a network: search, curves, models, notes, threads, by keyboard alone', async () => {
  const { page, complaints, requests } = await open('');
  await page.getByText('4 of 4 runs').waitFor();
  await page.getByRole('searchbox').fill('lr=0.02');
  await page.getByText('1 of 4 runs').waitFor();
  await page.getByRole('searchbox').fill('');
  const sort = page.getByRole('button', { name: 'loss' });
  await sort.press('Enter');
  await page.locator('th[aria-sort="ascending"] button:focus').waitFor();
  expect(await page.locator('tbody tr').first().innerText()).toContain('</script>');

  await page.getByRole('link', { name: hostile }).press('Enter');
  const curve = page.getByRole('img', { name: /^loss: from 1 at step 0 .* lowest −5, highest 1$/ });
  await curve.waitFor();
  await page.getByRole('img', { name: /odd/ }).waitFor({ state: 'detached' });
  await page.getByText('odd key: no number to draw').waitFor();
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
  await photograph(page, 'archive-run');
  await page.getByRole('link', { name: 'churn v1' }).press('Enter');
  await page.getByRole('heading', { level: 2, name: 'v1 · champion' }).waitFor();
  await page.getByText('Model card of v1').press('Enter');
  await page.getByText(`# Card ${hostile}`).waitFor();
  await page.getByText(/promoted churn v1 to champion/).waitFor();
  await page.getByRole('link', { name: 'Notes' }).press('Enter');
  await page.getByText(`words ${hostile}`).waitFor();
  await page.getByRole('link', { name: 'Threads' }).press('Enter');
  await page.getByText(`why ${hostile}`).waitFor();
  await page.getByText(/^👀 \S/).waitFor();
  await page.getByRole('heading', { name: /^Reviews of MODEL_CARD\.md/ }).waitFor();
  await page.getByText(`: which data ${hostile}`).waitFor();
  await page.getByRole('link', { name: 'Decisions' }).press('Enter');
  await page.getByText(/^✓ All \d+ entries are as their authors signed them/).waitFor();
  expect(complaints).toEqual([]);
  expect(requests.filter(url => !url.startsWith('file:'))).toEqual([]);
  await page.context().close();
});

test('light, dark and high contrast, wide and narrow: nothing for axe to find, nothing scrolls sideways', async () => {
  for (const width of [1600, 400]) {
    const { page, complaints } = await open('', width);
    for (const [path, ready] of [
      ['#/runs', '4 of 4 runs'],
      [`#/runs/${firstRun}`, 'All points as CSV'],
      ['#/models/churn', 'History'],
      ['#/threads', 'why'],
      ['#/about', 'README.txt'],
    ] as const) {
      await page.evaluate(hash => (location.hash = hash), path);
      await page.getByText(ready).first().waitFor();
      if (path.includes(firstRun)) await page.getByRole('img', { name: /^loss/ }).waitFor();
      // All colours are on the page of a run; the others differ in their elements alone.
      const looks: Look[] = width === 1600 ? [] : path.includes(firstRun) ? ['light', 'dark', 'contrast'] : ['light'];
      for (const look of looks) {
        await setLook(page, look);
        await photograph(page, `archive-${path.includes(firstRun) ? 'run' : path.split('/')[1]}-${look}`);
        expect(await axeViolations(page), `${path} ${look}`).toEqual([]);
      }
      expect(await scrollsSideways(page), path).toBe(false);
    }
    expect(complaints).toEqual([]);
    await page.context().close();
  }
});

test('without the files beside it the page says what is missing', async () => {
  const alone = mkdtempSync(join(bench.dir, 'alone-'));
  writeFileSync(join(alone, 'index.html'), fileAt('index.html'));
  const page = await browser.newPage();
  await page.goto(`${pathToFileURL(join(alone, 'index.html')).href}#/runs/${firstRun}`);
  await page.getByText('unpack the whole archive').waitFor();
  await page.context().close();
});
