import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser } from 'playwright';
import { makeAnchor } from '@benchmate/shared/documents/anchor';
import { metricAnchorOn } from '@benchmate/shared/documents/wordless-anchors';
import { axeViolations } from './support/axe.ts';
import { openBench, type Bench } from './support/bench.ts';
import { openBrowser, photograph, scrollsSideways, setLook, visit } from './support/pages.ts';

// One thread, seen wherever what it is about is seen.
let bench: Bench;
let browser: Browser;
let projectId: string;
let runId: string;
beforeAll(async () => {
  [bench, browser] = await Promise.all([openBench(), openBrowser()]);
  projectId = await bench.project('churn', 'model: churn\n');
  const { experiment_id } = await bench.mlflow('experiments/create', { name: 'churn' });
  const { run } = (await bench.mlflow('runs/create', { experiment_id, run_name: 'tidy-otter-12' })) as {
    run: { info: { run_id: string } };
  };
  runId = run.info.run_id;
  const metrics = Array.from({ length: 50 }, (_, step) => ({
    key: 'val/loss',
    value: 1 / (step + 1),
    step,
    timestamp: step,
  }));
  await bench.mlflow('runs/log-batch', { run_id: runId, metrics });
  await bench.client.registry.register.mutate({ model: 'churn', runId, source: `runs:/${runId}/model` });
});
afterAll(async () => {
  await browser?.close();
  await bench?.close();
});

test('a thread on steps of a curve is below it and in the run’s row, and can be answered, settled and begun there', async () => {
  const anchor = metricAnchorOn({ runId, name: 'tidy-otter-12' }, 'val/loss', { from: 10, to: 20 });
  await bench.client.reviews.start.mutate({ projectId, anchor, body: 'Why the plateau?' });
  const { page, context, complaints } = await visit(browser, bench, '/runs');
  await page.getByText('1 open thread').first().waitFor();
  await page.getByRole('link', { name: 'tidy-otter-12' }).click();
  const thread = page.getByRole('article', { name: /val\/loss of tidy-otter-12, steps 10 to 20/ });
  await thread.getByText('Why the plateau?').waitFor();
  await photograph(page, 'curve-thread');
  expect(await axeViolations(page)).toEqual([]);
  await thread.getByRole('textbox', { name: 'Reply' }).fill('The rate fell.');
  await thread.getByRole('button', { name: 'Reply', exact: true }).click();
  await thread.getByRole('paragraph').filter({ hasText: 'The rate fell.' }).waitFor();
  await page.getByRole('button', { name: 'Comment on val/loss of tidy-otter-12' }).click();
  await page.keyboard.type('Compare with the baseline.');
  await page.getByRole('button', { name: 'Comment', exact: true }).click();
  await page.getByRole('article', { name: 'Thread on “val/loss of tidy-otter-12”' }).waitFor();
  await thread.getByRole('button', { name: 'Resolve' }).click();
  await thread.waitFor({ state: 'detached' });
  const threads = await bench.client.reviews.threads.query({ projectId });
  expect(threads.map(({ anchor: { quote }, resolved, comments }) => [quote, resolved, comments.length])).toEqual([
    ['val/loss of tidy-otter-12, steps 10 to 20', true, 2],
    ['val/loss of tidy-otter-12', false, 1],
  ]);
  expect(complaints).toEqual([]);
  await context.close();
});

test('a thread on a version is on that version’s page alone', async () => {
  await bench.client.registry.register.mutate({ model: 'churn', runId, source: `runs:/${runId}/other` });
  const { page, context, complaints } = await visit(browser, bench, '/models/churn/v1');
  await page.getByRole('button', { name: 'Comment on churn v1' }).click();
  await page.keyboard.type('On which data?');
  await page.getByRole('button', { name: 'Comment', exact: true }).click();
  await page.getByRole('article', { name: 'Thread on “churn v1”' }).getByText('On which data?').waitFor();
  await page.getByRole('heading', { name: 'Threads on v1 1 open' }).waitFor();
  await context.close();
  const second = await visit(browser, bench, '/models/churn/v2');
  await second.page.getByRole('heading', { name: 'Threads on v2 none open' }).waitFor();
  expect([...complaints, ...second.complaints]).toEqual([]);
  await second.context.close();
});

const quoted = (text: string, quote: string) => {
  const start = text.indexOf(quote);
  return makeAnchor(text, { start, end: start + quote.length });
};

test('a change is suggested with the keyboard, applied to the file, told and settled; live values stand in comments', async () => {
  const params = 'seed: 1\nmodel:\n  lr: 0.01\n';
  const file = join(bench.dir, 'churn', 'params.yaml');
  writeFileSync(file, params);
  const { threadId } = await bench.client.reviews.start.mutate({
    projectId,
    path: 'params.yaml',
    anchor: quoted(params, 'lr: 0.01'),
    body: `It overshoots: [loss](run:${runId.slice(0, 8)}#val/loss), [seed](line:params.yaml#L1), [x](command:evil).`,
  });
  const { page, context, complaints } = await visit(browser, bench, `/threads/${projectId}/${threadId}`, 400);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByText('seed: 1').waitFor();
  const address = `vscode://benchmate.benchmate/threads/${projectId}/${threadId}`;
  await page.getByRole('button', { name: 'Copy link' }).press('Enter');
  await page.getByRole('button', { name: 'Copied' }).waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(address);
  expect(await page.getByRole('link', { name: 'Open in VS Code' }).getAttribute('href')).toBe(address);
  await page.getByRole('link', { name: /^loss 0\.02/ }).waitFor();
  await page.getByRole('button', { name: 'Suggest a change' }).press('Enter');
  await expect.poll(() => page.evaluate(() => getSelection()?.toString())).toBe('lr: 0.01');
  await page.keyboard.type('lr: 0.0\u202E01');
  await page.keyboard.press('Control+Enter');
  await page.getByText('One character of the suggested text is not to be seen').waitFor();
  await page.getByRole('figure').getByText('[U+202E]').waitFor();
  await page.getByRole('button', { name: 'Suggest a change' }).press('Enter');
  await expect.poll(() => page.evaluate(() => getSelection()?.toString())).toBe('lr: 0.01');
  await page.keyboard.type('lr: 0.001');
  await page.keyboard.press('Control+Enter');
  const figure = page.getByRole('figure', { name: 'Suggested change' }).last();
  await figure.getByText('0.001').waitFor();
  for (const look of ['light', 'dark', 'contrast'] as const) {
    await setLook(page, look);
    await photograph(page, `suggestion-${look}-400`);
    expect(await axeViolations(page), look).toEqual([]);
  }
  expect(await scrollsSideways(page)).toBe(false);
  await page.getByRole('button', { name: 'Apply to params.yaml' }).last().press('Enter');
  await page.getByText('Applied to params.yaml, line 3, and resolved.').waitFor();
  expect(readFileSync(file, 'utf8')).toBe('seed: 1\nmodel:\n  lr: 0.001\n');
  expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Applied to params.yaml');
  await page.getByText(/^Applied the suggestion of /).waitFor();
  await page.getByRole('button', { name: 'Reopen' }).press('Enter');
  await page.getByRole('button', { name: 'Apply to params.yaml' }).last().press('Enter');
  await page
    .getByRole('alert')
    .getByText(/has changed since|is gone/)
    .waitFor();
  await bench.client.reviews.reply.mutate({ threadId, body: 'Said by the same person elsewhere.' });
  await page.getByText('Said by the same person elsewhere.').waitFor();
  expect(await page.getByRole('status', { name: 'New comments' }).textContent()).toBe('');
  await page.goto(`${bench.url}/models/churn/latest`);
  await page.locator('[href="vscode://benchmate.benchmate/models/churn/v2"]').waitFor();
  await page.keyboard.press('/');
  await page.keyboard.insertText(address);
  await page.getByRole('option', { name: 'What this link leads to' }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Thread on params.yaml:3' }).waitFor();
  expect(complaints.filter(each => !/409 \(Conflict\)/.test(each))).toEqual([]);
  await context.close();
});

test('a suggestion about a file of git, outside of the project or not here changes nothing', async () => {
  const folder = join(bench.dir, 'churn');
  const outside = join(bench.dir, 'outside.txt');
  mkdirSync(join(folder, '.git'));
  writeFileSync(outside, 'keep me');
  writeFileSync(join(folder, '.git', 'config'), 'keep me');
  symlinkSync(outside, join(folder, 'link.txt'));
  const body = '```suggestion\ngone\n```';
  for (const [path, refusal] of [
    ['.git/config', /belongs to git/],
    ['link.txt', /a link out of the project|is not in the project’s folder/],
    ['absent.txt', /is not in the project’s folder now/],
  ] as const) {
    const request = { projectId, path, anchor: quoted('keep me', 'keep me'), body };
    const { threadId } = await bench.client.reviews.start.mutate(request);
    for (const ask of [bench.client.reviews.suggestion.query, bench.client.reviews.applySuggestion.mutate])
      await expect(ask({ threadId })).rejects.toThrow(refusal);
    expect((await bench.client.reviews.thread.query({ threadId })).comments).toHaveLength(1);
  }
  expect([outside, join(folder, '.git', 'config')].map(file => readFileSync(file, 'utf8'))).toEqual([
    'keep me',
    'keep me',
  ]);
});
