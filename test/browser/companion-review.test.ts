import { readFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeAnchor } from '@benchmate/shared/documents/anchor';
import { endpoint } from '@benchmate/shared/protocol/endpoint';
import { openTeamBench, type Device, type TeamBench } from '../support/team.ts';
import { until } from '../support/until.ts';
import { axeViolations } from './support/axe.ts';
import { tabTo } from './support/keyboard.ts';
import { openBrowser, photograph, scrollsSideways, setLook, visit, type Look } from './support/pages.ts';

// Two rounds of a review in the companion, with a real sync server and two engines.
const projectId = 'churn-0a1b2c3d';
const card = '# Churn\n\nNorwegian customers alone.\n\n## Metrics\n\nAUC 0.91\n';
let bench: TeamBench;
let browser: Browser;
let ana: Device;
let ben: Device;
beforeAll(async () => {
  [bench, browser] = await Promise.all([openTeamBench(), openBrowser()]);
  [ana, ben] = await Promise.all([bench.device('Ana'), bench.device('Ben')]);
  await ana.client.team.connect.mutate({ serverUrl: bench.serverUrl });
  const { link } = await ana.client.team.invite.mutate({ role: 'reviewer' });
  await ben.client.team.join.mutate({ link, name: 'Ben' });
  const folder = join(bench.dir, 'churn');
  mkdirSync(folder);
  writeFileSync(join(folder, 'benchmate.yaml'), `id: ${projectId}\nname: churn\nmodel: churn\n`);
  writeFileSync(join(folder, 'MODEL_CARD.md'), card);
  for (const { client } of [ana, ben]) await client.projects.open.mutate({ dir: folder });
  await register(card, 1);
});
afterAll(async () => {
  await browser?.close();
  await bench?.close();
});

async function register(description: string, version: number): Promise<void> {
  await ana.client.registry.register.mutate({ model: 'churn', runId: null, source: 's3://bucket/churn', description });
  await until(async () => (await ben.client.registry.list.query())[0]?.versions.length === version);
}
const companionOf = (device: Device) => ({
  url: endpoint.parse(JSON.parse(readFileSync(join(device.dataDir, 'endpoint.json'), 'utf8'))).url,
  link: async (path = '/') => (await device.client.system.companionLink.mutate({ path })).url,
});

test('asking, submitting drafts with a verdict, and in the second round what changed and what was viewed', async () => {
  const anas = await visit(browser, companionOf(ana), '/models/churn/v1');
  await anas.page.getByRole('button', { name: 'Ask for a review' }).click();
  await anas.page.getByRole('combobox', { name: 'Whom' }).selectOption('Ben');
  await anas.page.getByRole('textbox', { name: 'What about' }).fill('The **slices**, please.');
  await anas.page.getByRole('button', { name: 'Ask', exact: true }).click();
  await anas.page.getByRole('button', { name: 'Take back from Ben' }).waitFor();

  const start = card.indexOf('AUC');
  const anchor = makeAnchor(card, { start, end: start + 8 });
  const target = { kind: 'thread', path: 'MODEL_CARD.md', anchor } as const;
  await ben.client.drafts.create.mutate({
    projectId,
    target,
    body: 'On which split?\n\n```suggestion\nAUC 0.91 on the test split\n```',
  });
  await until(async () => (await ben.client.inbox.list.query({})).items.length > 0);
  const { page, context, complaints } = await visit(browser, companionOf(ben), '/inbox');
  await page.getByRole('link', { name: /^Review v1 Ana asks you to review churn v1/ }).click();
  await page.getByRole('checkbox', { name: 'Card: Metrics' }).check();
  await page.getByText('1 of 3 viewed, which only you see').waitFor();
  await page.getByRole('checkbox', { name: 'Publish the comment that you drafted' }).waitFor();
  for (const [look, width] of [
    ['light', 1280],
    ['dark', 400],
    ['contrast', 400],
  ] as [Look, number][]) {
    await page.setViewportSize({ width, height: 900 });
    await setLook(page, look);
    await photograph(page, `review-${look}-${width}`);
    expect(await axeViolations(page), `${look} ${width}`).toEqual([]);
    expect(await scrollsSideways(page), `at ${width} px`).toBe(false);
  }
  await page.getByRole('textbox', { name: 'Comment' }).fill('See the thread.');
  await page.getByRole('button', { name: 'Ask for changes' }).press('Enter');
  await page.getByText('1 asked for changes').waitFor();
  await page.getByRole('article', { name: /Thread on “AUC 0.91”/ }).waitFor();
  await anas.page.getByText('On which split?').waitFor();
  await anas.page
    .getByRole('status', { name: 'New comments' })
    .filter({ hasText: 'Ben commented on MODEL_CARD.md:7.' })
    .first()
    .waitFor({ state: 'attached' });
  await anas.page.getByRole('figure', { name: 'Suggested change' }).getByText('AUC 0.91 on the test split').waitFor();
  await anas.page.getByRole('button', { name: 'React' }).press('Enter');
  await anas.page.getByRole('button', { name: 'party' }).press('Enter');
  await anas.page.getByRole('button', { name: 'party, 1: Ana', pressed: true }).waitFor();
  await page.getByRole('button', { name: 'party, 1: Ana', pressed: false }).waitFor();
  await anas.page.getByRole('figure', { name: 'Suggested change' }).scrollIntoViewIfNeeded();
  await photograph(anas.page, 'review-suggestion');
  expect(await axeViolations(anas.page)).toEqual([]);
  await anas.page.getByRole('button', { name: 'Apply to MODEL_CARD.md' }).press('Enter');
  await anas.page.getByText(/^Applied to MODEL_CARD.md, line 7, and resolved: “AUC 0.91”/).waitFor();
  expect(readFileSync(join(bench.dir, 'churn', 'MODEL_CARD.md'), 'utf8')).toContain('AUC 0.91 on the test split\n');
  await page.getByRole('article', { name: /Thread on “AUC 0.91”/ }).waitFor({ state: 'detached' });
  await photograph(anas.page, 'review-applied');
  expect(await axeViolations(anas.page)).toEqual([]);
  expect(await ben.client.drafts.list.query({})).toEqual([]);

  const passage = anas.page.getByRole('combobox', { name: /^Comment on a passage of MODEL_CARD.md/ });
  await passage.selectOption('Metrics: AUC 0.91');
  await anas.page.getByText('Norwegian customers alone.').first().selectText();
  await expect.poll(() => passage.inputValue(), { timeout: 20_000 }).toBe('-1');
  await anas.page.getByRole('button', { name: 'Comment on the chosen passage of MODEL_CARD.md' }).click();
  await anas.page.keyboard.type('Nobody else?');
  await photograph(anas.page, 'review-comment-on-card');
  expect(await axeViolations(anas.page)).toEqual([]);
  await anas.page.keyboard.press('Control+Enter');
  await page.getByText('Nobody else?').waitFor();
  const [onCard] = (await ben.client.reviews.threads.query({ projectId })).filter(({ resolved }) => !resolved);
  expect([onCard?.path, card.includes(onCard!.anchor.quote), onCard?.anchor.line]).toEqual(['MODEL_CARD.md', true, 2]);
  await ben.client.reviews.resolve.mutate({ threadId: onCard!.threadId, resolved: true });

  await register(card.replace('0.91', '0.93'), 2);
  await page.getByRole('link', { name: 'v2' }).click();
  await page.getByText('changed since v1').waitFor();
  await page.getByRole('button', { name: 'Changes of the card since v1' }).click();
  await page.getByText('0.93').first().waitFor();
  await page.getByRole('button', { name: 'Comment without a vote' }).isDisabled();
  await page.getByRole('textbox', { name: 'Comment' }).fill('Nearly.');
  await page.getByRole('button', { name: 'Comment without a vote' }).click();
  await page.getByText('commented', { exact: true }).waitFor();
  await photograph(page, 'review-second-round');
  expect((await ben.client.registry.get.query({ model: 'churn' })).versions[1]).toMatchObject({
    approvals: [],
    remarks: [{ comment: 'Nearly.' }],
  });
  await page.getByRole('button', { name: 'Hold a session' }).press('Enter');
  await page.getByRole('heading', { name: /^Review of churn v2, / }).waitFor();
  expect((await ben.client.notes.list.query({ projectId })).map(({ title }) => title)).toEqual([
    expect.stringMatching(/^Review of churn v2, \d{4}-\d\d-\d\d$/),
  ]);
  await photograph(page, 'review-minutes');
  expect(complaints).toEqual([]);
  await Promise.all([context.close(), anas.context.close()]);
});

test('who reviews what: with no rule, three and a thousand, and who is missing for what is asked', async () => {
  const { page, context, complaints } = await visit(browser, companionOf(ana), '/models');
  await page.getByRole('link', { name: 'Who reviews what' }).press('Enter');
  await page.getByRole('heading', { name: 'Models nobody is required' }).waitFor();
  await page.getByRole('heading', { name: 'Asked now no verdict is waited for' }).waitFor();
  await photograph(page, 'reviewers-none');
  expect(await axeViolations(page)).toEqual([]);

  await ana.client.modelReviews.setRequired.mutate({
    rules: [
      { pattern: 'churn*', people: [['Ana', 'Ben']] },
      { pattern: 'churn*@champion', people: [['Ben']] },
    ],
    from: 'REVIEWERS at 0a1b2c3d4e5f',
  });
  await ana.client.modelReviews.request.mutate({ model: 'churn', version: 2, people: ['Ben'], comment: '' });
  await page.getByText('Signed from REVIEWERS at 0a1b2c3d4e5f.').waitFor();
  await page.getByText('needs the approval of Ana or Ben').waitFor();
  await page.getByRole('link', { name: /churn v2 Asked: Ben.*champion needs the approval of Ben/ }).waitFor();

  const long = `data/${'very-long-name-'.repeat(3)}table.csv`;
  const lines = Array.from({ length: 1000 }, (_, line) => `data/part-${line}/ @Ana @Ben|@"Mira Voss"`);
  const reviewers = ['models:/churn* @Ana|@Ben', 'MODEL_CARD.md @Ana', `${long} @Ben`, 'docs/', ...lines].join('\n');
  writeFileSync(join(bench.dir, 'churn', 'REVIEWERS'), reviewers);
  await page.reload();
  await page.getByText('Its lines about models are not the ones that count.').waitFor();
  const files = page.getByRole('list', { name: 'Lines about files of churn' });
  await files.getByText('asks nobody, line 4').waitFor();
  expect(await files.getByRole('listitem').count()).toBe(200);
  for (const [look, width] of [
    ['light', 1280],
    ['dark', 400],
    ['contrast', 400],
  ] as [Look, number][]) {
    await page.setViewportSize({ width, height: 900 });
    await setLook(page, look);
    await photograph(page, `reviewers-${look}-${width}`);
    expect(await axeViolations(page), `${look} ${width}`).toEqual([]);
    expect(await scrollsSideways(page), `at ${width} px`).toBe(false);
  }
  await page.getByRole('searchbox', { name: 'Find in Lines about files of churn' }).fill('part-777');
  await files.getByText('is reviewed by Ana, and Ben or Mira Voss, line 782').waitFor();
  writeFileSync(join(bench.dir, 'churn', 'REVIEWERS'), 'MODEL_CARD.md Ana\n');
  await page.reload();
  await page.getByText('REVIEWERS, line 1: `Ana` is no person').waitFor();
  expect(complaints).toEqual([]);
  await context.close();
});

test('a whole review with the keyboard alone, in forced colours: from the inbox to the verdict', async () => {
  await register(card.replace('0.91', '0.97'), 3);
  const start = card.indexOf('Norwegian');
  const anchor = makeAnchor(card, { start, end: start + 'Norwegian customers'.length });
  writeFileSync(join(bench.dir, 'churn', 'MODEL_CARD.md'), card);
  await ana.client.reviews.start.mutate({ projectId, path: 'MODEL_CARD.md', anchor, body: 'Which years?' });
  await ana.client.modelReviews.request.mutate({ model: 'churn', version: 3, people: ['Ben'], comment: 'Last round.' });
  await until(async () => (await ben.client.inbox.list.query({})).items.some(({ sentence }) => / v3/.test(sentence)));
  await until(async () => (await ben.client.reviews.threads.query({ projectId })).length === 3);
  const { page, context, complaints } = await visit(browser, companionOf(ben), '/inbox', 1280);
  await page.emulateMedia({ forcedColors: 'active' });
  await page.getByRole('link', { name: /^Review v3/ }).waitFor();
  await tabTo(page, /^Review v3/);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Your verdict on v3' }).waitFor();
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
  await tabTo(page, /^Card: Metrics/);
  await page.keyboard.press('Space');
  await page.getByText('1 of 3 viewed, which only you see').waitFor();
  await tabTo(page, 'Changes of the card since v2');
  await page.keyboard.press('Enter');
  await page.getByText('0.97').first().waitFor();
  const thread = page.getByRole('article', { name: /Thread on “Norwegian customers”/ });
  await thread.waitFor();
  await tabTo(page, 'Reply', 'textarea');
  await page.keyboard.type('2019 to 2025.');
  await tabTo(page, 'Suggest a change');
  await page.keyboard.press('Enter');
  await expect.poll(() => page.evaluate(() => getSelection()?.toString())).toBe('Norwegian customers');
  await page.keyboard.type('Norwegian customers, 2019 to 2025,');
  await page.keyboard.press('Control+Enter');
  await thread.getByRole('figure', { name: 'Suggested change' }).waitFor();
  await photograph(page, 'review-forced-colors');
  expect(await axeViolations(page)).toEqual([]);
  await tabTo(page, 'Resolve');
  await page.keyboard.press('Enter');
  await page.getByText('Resolved: “Norwegian customers”').waitFor();
  expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Resolved:');
  await tabTo(page, 'Comment', 'textarea');
  await page.keyboard.type('Good now.');
  await tabTo(page, 'Approve v3');
  await page.keyboard.press('Enter');
  await page.getByText('1 approved').waitFor();
  expect((await ben.client.registry.get.query({ model: 'churn' })).versions[2]?.approvals).toMatchObject([
    { verdict: 'approve', comment: 'Good now.' },
  ]);
  expect(complaints).toEqual([]);
  await context.close();
});
