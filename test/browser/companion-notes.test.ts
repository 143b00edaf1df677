import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser } from 'playwright';
import { axeViolations } from './support/axe.ts';
import { openBench, type Bench } from './support/bench.ts';
import { openBrowser, photograph, visit } from './support/pages.ts';

let bench: Bench;
let browser: Browser;
let projectId: string;
beforeAll(async () => {
  [bench, browser] = await Promise.all([openBench(), openBrowser()]);
  projectId = await bench.project('churn');
});
afterAll(async () => {
  await browser?.close();
  await bench?.close();
});

test('two windows write one note at once and see each other’s cursor, whatever the name', async () => {
  const name = '"} body{display:none} <b>Ada</b>';
  await bench.client.team.rename.mutate({ member: name });
  const note = await bench.client.notes.create.mutate({ projectId, title: 'Together', body: 'start\n' });
  const one = await visit(browser, bench, `/notes/${note.noteId}`);
  const two = await visit(browser, bench, `/notes/${note.noteId}`);
  for (const { page } of [one, two]) await page.getByText('Saved as you type').waitFor();

  await one.page.getByRole('textbox', { name: 'Text of Together' }).focus();
  await one.page.keyboard.press('Control+Home');
  await two.page.getByRole('textbox', { name: 'Text of Together' }).focus();
  await two.page.keyboard.press('Control+End');
  await Promise.all([one.page.keyboard.type('first '), two.page.keyboard.type('second')]);
  const body = 'first start\nsecond';
  await expect.poll(async () => (await bench.client.notes.get.query({ noteId: note.noteId })).body).toBe(body);
  for (const { page } of [one, two])
    await expect.poll(() => page.getByRole('region', { name: 'Preview' }).innerText()).toContain('second');

  await one.page.locator('.bm-person', { hasText: name }).waitFor();
  const flag = await one.page.evaluate(() => {
    const head = document.querySelector('[class*="yRemoteSelectionHead-"]');
    return head ? getComputedStyle(head, '::after').content : null;
  });
  expect(flag).toBe(JSON.stringify(name));
  expect(await one.page.evaluate(() => getComputedStyle(document.body).display)).not.toBe('none');
  await photograph(one.page, 'note-together');
  expect([...one.complaints, ...two.complaints]).toEqual([]);
  await one.context.close();
  await two.context.close();
});

test('what another client writes appears while the page is open', async () => {
  const note = await bench.client.notes.create.mutate({ projectId, title: 'From elsewhere', body: 'old words\n' });
  const { page, context } = await visit(browser, bench, `/notes/${note.noteId}`);
  await page.getByRole('region', { name: 'Preview' }).getByText('old words').waitFor();
  await bench.client.notes.write.mutate({ noteId: note.noteId, body: 'new words\n' });
  await page.getByRole('region', { name: 'Preview' }).getByText('new words').waitFor();
  await context.close();
});

test('words written while the engine was away reach it when it is back', async () => {
  const note = await bench.client.notes.create.mutate({ projectId, title: 'On the train', body: '' });
  const { page, context } = await visit(browser, bench, `/notes/${note.noteId}`);
  await page.getByText('Saved as you type').waitFor();
  await bench.kill();
  await page.getByText('Not saved: the engine does not answer').waitFor({ timeout: 30_000 });
  await page.getByRole('textbox', { name: 'Text of On the train' }).focus();
  await page.keyboard.type('written in a tunnel');
  await bench.start();
  await page.getByText('Saved as you type').waitFor({ timeout: 30_000 });
  await expect
    .poll(async () => (await bench.client.notes.get.query({ noteId: note.noteId })).body)
    .toBe('written in a tunnel');
  await context.close();
});

test('a draft is written on its own page, published with one press, and encrypted from when the team page says so', async () => {
  const { page, context, complaints } = await visit(browser, bench, '/notes');
  await page.getByRole('button', { name: 'New note' }).click();
  await page.getByLabel('Title').fill('Not yet');
  await page.getByRole('checkbox', { name: /^Draft/ }).check();
  await page.getByRole('button', { name: 'Write', exact: true }).click();
  await page.getByText('Draft: on this device alone').waitFor();
  await page.getByRole('textbox', { name: 'Text of Not yet' }).focus();
  await page.keyboard.type('thinking aloud');
  await expect.poll(async () => (await bench.client.drafts.list.query({}))[0]?.body).toBe('thinking aloud');
  expect(await axeViolations(page, ['.monaco-editor'])).toEqual([]);
  await photograph(page, 'draft');

  await page.goto(`${new URL(page.url()).origin}/team`);
  await page.getByRole('button', { name: 'Encrypt notes of churn' }).click();
  await page.getByText('encrypted', { exact: true }).waitFor();
  expect(await axeViolations(page, ['.monaco-editor'])).toEqual([]);
  await page.goto(`${new URL(page.url()).origin}/notes`);
  await page.getByRole('link', { name: /Not yet/ }).click();
  await page.getByRole('button', { name: 'Publish' }).click();
  await page.getByText('Encrypted', { exact: true }).waitFor();
  await page.getByRole('region', { name: 'Preview' }).getByText('thinking aloud').waitFor();
  await photograph(page, 'note-encrypted');
  const notes = await bench.client.notes.list.query({});
  expect(notes.find(({ title }) => title === 'Not yet')).toMatchObject({
    body: 'thinking aloud',
    privacy: 'encrypted',
  });
  expect(await bench.client.drafts.list.query({})).toEqual([]);
  expect(complaints).toEqual([]);
  await context.close();
});

test('an answer to a comment is thought over in a draft, and stands in the thread once it is published', async () => {
  const anchor = { quote: 'AUC 0.91', prefix: '', suffix: '', line: 0 };
  const asked = { projectId, path: 'MODEL_CARD.md', anchor, body: 'On which split?' };
  const { threadId } = await bench.client.reviews.start.mutate(asked);
  const { page, context, complaints } = await visit(browser, bench, `/threads/${projectId}/${threadId}`);
  await page.getByRole('button', { name: 'Answer in a draft' }).click();
  await page.getByText('Draft: on this device alone').waitFor();
  await page.getByRole('textbox', { name: /^Text of/ }).focus();
  await page.keyboard.type('On the test split.');
  await expect.poll(async () => (await bench.client.drafts.list.query({}))[0]?.body).toBe('On the test split.');
  const comments = async () =>
    (await bench.client.reviews.threads.query({ projectId }))[0]?.comments.map(each => each.body);
  expect(await comments()).toEqual(['On which split?']);
  await page.getByRole('button', { name: 'Publish' }).click();
  await page.getByRole('heading', { name: 'Thread on MODEL_CARD.md' }).waitFor();
  await page.getByRole('article').getByText('On the test split.').waitFor();
  expect(await comments()).toEqual(['On which split?', 'On the test split.']);
  expect(complaints).toEqual([]);
  await context.close();
});
