import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser } from 'playwright';
import { renderedMarkdownIsHarmless } from './support/harmless.ts';
import { openBench, type Bench } from './support/bench.ts';
import { openBrowser, visit } from './support/pages.ts';
import { experiment, logRun } from './support/seed.ts';

/** Each would run, load or leave something if it were taken for more than text. */
const hostile = [
  '<img src=x onerror=alert(1)>',
  '<script>alert(2)</script>',
  '"><svg onload=alert(3)>',
  "';alert(4)//",
  '{{constructor.constructor("alert(5)")()}}',
  '<a href="javascript:alert(6)">x</a>',
  '</style><style>body{display:none}</style>',
];
const markdown = [
  '# <img src=x onerror=alert(7)>',
  '[click](javascript:alert(8))',
  '![pixel](https://example.com/pixel.png)',
  '<iframe src="https://example.com"></iframe>',
  '[data](data:text/html;base64,PHNjcmlwdD5hbGVydCg5KTwvc2NyaXB0Pg==)',
  '<details open ontoggle=alert(10)>',
  '[a](https://example.com "><img src=x onerror=alert(11)>")',
  '<https://example.com/?<script>alert(12)</script>>',
].join('\n\n');

let bench: Bench;
let browser: Browser;
const ids: string[] = [];
let projectId: string;
beforeAll(async () => {
  [bench, browser] = await Promise.all([openBench(), openBrowser()]);
  projectId = await bench.project('churn', 'model: churn\n');
  const churn = await experiment(bench, 'churn');
  for (const [index, text] of hostile.entries())
    ids.push(
      await logRun(bench, churn, {
        name: text,
        params: { [`p${index}`]: text, lr: text },
        metrics: { 'val/loss': [1, 0.5], [`m ${index}`]: [0.25] },
        tags: { 'mlflow.note.content': markdown, [`t${index}`]: text },
      }),
    );
  await bench.client.team.rename.mutate({ member: hostile[0]!, team: hostile[2]! });
  await bench.client.registry.register.mutate({
    model: 'churn',
    runId: ids[0]!,
    source: hostile[1]!,
    description: markdown,
  });
  await bench.client.reviews.start.mutate({
    projectId,
    path: 'MODEL_CARD.md',
    anchor: { quote: hostile[0]!, prefix: '', suffix: '', line: 0 },
    body: markdown,
  });
});
afterAll(async () => {
  await browser?.close();
  await bench?.close();
});

test('hostile texts of runs, people, models and threads are text, and nothing else', async () => {
  const note = await bench.client.notes.create.mutate({ projectId, title: hostile[0]!, body: markdown });
  const { page, context, complaints } = await visit(browser, bench, '/runs');
  for (const path of [
    '/runs',
    ...ids.map(id => `/runs/${id}`),
    `/compare?runs=${ids.join(',')}`,
    '/models',
    '/models/churn/v1',
    '/notes',
    '/team',
    `/runs?search=${encodeURIComponent(hostile[0]!)}`,
    `/models/${encodeURIComponent(hostile[0]!)}/v1`,
    `/${encodeURIComponent(hostile[1]!)}`,
    `/notes/${note.noteId}`,
  ]) {
    await page.goto(bench.url + path);
    await page.locator('h1, h2').first().waitFor();
    await page.waitForLoadState('networkidle');
  }
  await page.getByText('Saved as you type').waitFor();
  await page
    .getByRole('region', { name: 'Preview' })
    .getByText('[click]')
    .or(page.getByText('click'))
    .first()
    .waitFor();
  expect(await renderedMarkdownIsHarmless(page)).toEqual([]);

  await page.goto(`${bench.url}/models/churn/v1`);
  await page.getByRole('article').waitFor();
  expect(await renderedMarkdownIsHarmless(page)).toEqual([]);
  await page.goto(`${bench.url}/runs`);
  await page.getByRole('link', { name: hostile[0]! }).first().waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('<img');
  await page.getByRole('option', { name: hostile[0]! }).first().waitFor();
  expect(complaints.filter(text => !/404 \(Not Found\)|400 \(Bad Request\)/.test(text))).toEqual([]);
  await context.close();
});

test('a metric with a blank in its name gets a chart, beside a run’s name that is markup', async () => {
  // Keys with angle brackets are refused by the tracking routes, as the stock server does.
  const { page, context } = await visit(browser, bench, `/runs/${ids[1]}`);
  await page.getByRole('heading', { name: hostile[1]! }).waitFor();
  await page.getByText('m 1: one value, 0.25 at step 0.').waitFor();
  await context.close();
});

test('the policy of the page allows no script but its own and no eval', async () => {
  const response = await fetch(`${bench.url}/runs`);
  const policy = response.headers.get('content-security-policy') ?? '';
  expect(policy).toMatch(/script-src 'self'(;|$)/);
  expect(policy).not.toContain('unsafe-eval');
  const { page, context } = await visit(browser, bench, '/runs');
  const ran = await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.ran = true';
    document.body.append(script);
    return 'ran' in window;
  });
  expect(ran).toBe(false);
  await context.close();
});
