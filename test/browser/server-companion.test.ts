import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeAnchor } from '@benchmate/shared/documents/anchor';
import { endpoint } from '@benchmate/shared/protocol/endpoint';
import type { Role } from '@benchmate/shared/domain/team';
import { allShared, openTeamBench, type Device, type TeamBench } from '../support/team.ts';
import { until } from '../support/until.ts';
import { axeViolations } from './support/axe.ts';
import { renderedMarkdownIsHarmless } from './support/harmless.ts';
import { openBrowser, photograph, scrollsSideways, setLook } from './support/pages.ts';

// People whose only program is a browser: the sync server serves the page, Ana has an engine.
const projectId = 'churn-0a1b2c3d';
const card = '# Churn\n\nAUC 0.91 <img src=x onerror="window.hit = 1">\n';
let bench: TeamBench;
let browser: Browser;
let ana: Device;
let experiment: string | undefined;
const complaints: string[] = [];

beforeAll(async () => {
  [bench, browser] = await Promise.all([openTeamBench(), openBrowser()]);
  ana = await bench.device('Ana');
  await ana.client.team.connect.mutate({ serverUrl: bench.serverUrl });
  const folder = join(bench.dir, 'churn');
  mkdirSync(folder);
  writeFileSync(join(folder, 'benchmate.yaml'), `id: ${projectId}\nname: churn\nmodel: churn\n`);
  writeFileSync(join(folder, 'MODEL_CARD.md'), card);
  await ana.client.projects.open.mutate({ dir: folder });
  const runId = await logRun();
  await ana.client.registry.register.mutate({ model: 'churn', runId, source: 's3://churn', description: card });
  await ana.client.registry.setPolicy.mutate({ alias: 'champion', approvals: 1 });
  const anchor = makeAnchor(card, { start: 9, end: 17 });
  await ana.client.reviews.start.mutate({ projectId, path: 'MODEL_CARD.md', anchor, body: 'On which **split**?' });
});
/** A run of the project, as a script logs it. */
async function logRun({ name = 'fair-elk-769', steps = 1, best = 0.9125 } = {}): Promise<string> {
  const { url, token } = endpoint.parse(JSON.parse(readFileSync(join(ana.dataDir, 'endpoint.json'), 'utf8')));
  const mlflow = async (route: string, body: unknown) => {
    const response = await fetch(`${url}/api/2.0/mlflow/${route}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return (await response.json()) as { experiment_id: string; run: { info: { run_id: string } } };
  };
  experiment ??= (await mlflow('experiments/create', { name: 'churn' })).experiment_id;
  const { run } = await mlflow('runs/create', { experiment_id: experiment, start_time: 1, run_name: name });
  const { run_id } = run.info;
  const at = (step: number) => ({ key: 'val_auc', value: best - (steps - step) / 1000, timestamp: 2 + step, step });
  const metrics = Array.from({ length: steps }, (_, index) => at(index + 1));
  await mlflow('runs/log-batch', { run_id, metrics, params: [{ key: 'depth', value: String(steps) }] });
  await mlflow('runs/update', { run_id, status: 'FINISHED', end_time: 4 });
  return run_id;
}

afterAll(async () => {
  await browser?.close();
  await bench?.close();
});

const at = (path: string) => `${bench.serverUrl}/companion${path}`;
const approvals = async () =>
  (await ana.client.registry.get.query({ model: 'churn' })).versions[0]!.approvals.map(({ name }) => name);
const shared = (page: Page) => page.getByRole('link', { name: 'shared', exact: true });

/** A browser of their own, and its first page as the link of an invite leads there. */
async function arrive(role: Role): Promise<{ context: BrowserContext; page: Page }> {
  await allShared(ana);
  const { link } = await ana.client.team.invite.mutate({ role });
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' });
  const page = await context.newPage();
  const known = /ERR_INTERNET_DISCONNECTED|ERR_CONNECTION|WebSocket connection to/;
  page.on(
    'console',
    message => message.type() === 'error' && !known.test(message.text()) && complaints.push(message.text()),
  );
  page.on('pageerror', error => complaints.push(String(error)));
  page.on('request', request => {
    if (
      !['data:', 'blob:'].includes(new URL(request.url()).protocol) &&
      new URL(request.url()).host !== new URL(bench.serverUrl).host
    )
      complaints.push(`request to ${request.url()}`);
  });
  await page.goto(at(`/join#${link.split('#')[1]}`));
  return { context, page };
}

async function joinAs(page: Page, name: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Your name' }).fill(name);
  await page.getByRole('button', { name: 'Join' }).press('Enter');
  await page.getByRole('heading', { name: 'Inbox' }).waitFor();
}

test('somebody with a browser alone joins by a link, reads, answers and approves; an engine counts it', async () => {
  const { context, page } = await arrive('reviewer');
  expect(page.url()).toBe(at('/join')); // the secret left the address at once
  await page.getByRole('textbox', { name: 'Your name' }).waitFor();
  await photograph(page, 'server-companion-join');
  expect(await axeViolations(page)).toEqual([]);
  await joinAs(page, 'Ben');
  const members = await until(async () => {
    const { members: known } = await ana.client.team.state.query();
    return known.length === 2 && known;
  });
  expect(members[1]).toMatchObject({ name: 'Ben', role: 'reviewer', active: true });
  expect(members[1]!.deviceName).toMatch(/^Chrome on /);

  await ana.client.modelReviews.request.mutate({ model: 'churn', version: 1, people: ['Ben'], comment: 'Please.' });
  await photograph(page, 'server-companion-inbox');
  await page.getByRole('link', { name: /Ana asks you to review churn v1/ }).click();
  await page.waitForURL(at('/models/churn/v1'));
  await page.getByText('AUC 0.91').first().waitFor();
  // Its numbers came with the question: runs travel when somebody shares them.
  await page.getByRole('row', { name: /val_auc.*0\.9125/ }).waitFor();
  const thread = page.getByRole('article', { name: /Thread on “AUC 0.91”/ });
  await thread.getByRole('textbox').fill('On the **test** split. <script>window.hit = 1</script>');
  await thread.getByRole('button', { name: 'Reply' }).press('Enter');
  await until(async () => (await ana.client.reviews.threads.query({ projectId }))[0]!.comments.length === 2);
  const [, answer] = (await ana.client.reviews.threads.query({ projectId }))[0]!.comments;
  expect(answer).toMatchObject({ author: { name: 'Ben', device: members[1]!.device } });

  await page.getByRole('textbox', { name: 'Comment' }).fill('Good on every slice.');
  await page.getByRole('button', { name: 'Approve v1' }).press('Enter');
  await until(async () => (await approvals()).join() === 'Ben');
  await ana.client.registry.promote.mutate({ model: 'churn', version: 1, alias: 'champion' });
  await page
    .getByRole('link', { name: /champion/ })
    .first()
    .waitFor();
  await shared(page).waitFor();
  await photograph(page, 'server-companion-model');
  expect(await renderedMarkdownIsHarmless(page)).toEqual([]);
  expect(await page.evaluate(() => 'hit' in window)).toBe(false);
  expect(await axeViolations(page)).toEqual([]);
  await page.getByRole('link', { name: 'Look back' }).click();
  await page.getByText('You look at the past').waitFor();
  await page.goBack();
  await page.setViewportSize({ width: 400, height: 900 });
  await setLook(page, 'dark');
  expect(await scrollsSideways(page)).toBe(false);
  await photograph(page, 'server-companion-model-narrow');
  // Nothing that could be sent to somebody, and no cookie, lets anybody in.
  expect(await context.cookies()).toEqual([]);
  await context.close();
});

test('what is written without a network survives a reload and is shared later; every address can be sent', async () => {
  const { context, page } = await arrive('reviewer');
  await joinAs(page, 'Cleo');
  await page.goto(at('/models/churn/v1')); // as a teammate would send it
  await page.getByText('AUC 0.91').first().waitFor();
  await shared(page).waitFor();
  // What was written here is shared at once; what others wrote may still be on its way.
  await page.getByRole('button', { name: 'Comment on churn v1' }).waitFor();
  const comment = page.getByRole('article', { name: 'Thread on “churn v1”' }).getByText('Written on a train.');

  await bench.killServer();
  await page.getByRole('button', { name: 'Comment on churn v1' }).click();
  await page.getByRole('textbox', { name: 'Comment on churn v1' }).fill('Written on a train.');
  await page.getByRole('button', { name: 'Comment', exact: true }).press('Enter');
  await comment.waitFor();
  await page.getByRole('button', { name: 'Approve v1' }).press('Enter');
  await page.getByText('You said: approve.').waitFor();
  await page.getByRole('link', { name: /not shared/ }).waitFor();
  await photograph(page, 'server-companion-offline');

  await bench.startServer();
  await page.reload();
  await comment.waitFor();
  await shared(page).waitFor();
  await until(async () => (await approvals()).includes('Cleo'));
  await until(async () => {
    const threads = await ana.client.reviews.threads.query({ projectId });
    return threads.some(({ comments }) => comments.some(({ body }) => body === 'Written on a train.'));
  });

  const second = await context.newPage();
  await second.goto(at('/team'));
  await second.getByText('(you)').waitFor();
  await page.getByRole('heading', { name: 'Benchmate was opened in another tab of this browser.' }).waitFor();
  await photograph(page, 'server-companion-elsewhere');
  await page.getByRole('button', { name: 'Go on in this tab' }).click();
  await comment.waitFor();
  await second.getByRole('heading', { name: 'Benchmate was opened in another tab of this browser.' }).waitFor();
  await context.close();
});

test('runs that were shared are listed, drawn, compared and commented on without an engine', async () => {
  const { context, page } = await arrive('reviewer');
  await joinAs(page, 'Gil');
  const name = 'a-run-with-a-name-of-sixty-characters-as-sweeps-make-them-0042';
  const [first, second] = [await logRun({ name, steps: 600, best: 0.9 }), await logRun({ steps: 40, best: 0.95 })];
  for (const runId of [first, second]) await ana.client.sharedRuns.share.mutate({ runId });
  await page.getByRole('link', { name: 'Runs', exact: true }).click();
  await page.getByRole('link', { name }).waitFor();
  await photograph(page, 'server-companion-runs');
  await page.getByRole('link', { name }).click();
  await page.getByText('from Ana').waitFor();
  await page.getByRole('img', { name: /val_auc/ }).waitFor();
  expect(await page.getByRole('button', { name: /Share|Pin/ }).count()).toBe(0);
  await page.getByRole('button', { name: 'Comment on val_auc' }).click();
  await page.getByRole('textbox', { name: /Comment on/ }).fill('It still rises at the end.');
  await page.getByRole('button', { name: 'Comment', exact: true }).press('Enter');
  const threads = () => ana.client.reviews.threads.query({ projectId });
  const thread = await until(async () =>
    (await threads()).find(({ comments }) => comments[0]?.body === 'It still rises at the end.'),
  );
  expect(thread.anchor).toMatchObject({ kind: 'metric', runId: first, metric: 'val_auc' });
  for (const [look, width] of [
    ['dark', 400],
    ['contrast', 1280],
  ] as const) {
    await setLook(page, look);
    await page.setViewportSize({ width, height: 900 });
    await expect.poll(() => scrollsSideways(page)).toBe(false); // charts follow the width a frame later
    await photograph(page, `server-companion-run-${look}`);
  }
  expect(await axeViolations(page)).toEqual([]);
  await page.goto(at(`/compare?runs=${first},${second}`));
  await page.getByRole('row', { name: /val_auc.*0\.90.*0\.95/ }).waitFor();
  await photograph(page, 'server-companion-compare');
  await page.goto(at('/runs/0123456789abcdef0123456789abcdef'));
  await page.getByRole('heading', { name: 'This run is not on this device' }).waitFor();
  await context.close();
});

test('two write one note, in a browser and at an engine', async () => {
  const { context, page } = await arrive('contributor');
  await joinAs(page, 'Dan');
  await page.goto(at('/notes'));
  await page.getByRole('button', { name: 'New note' }).click();
  await page.getByRole('textbox', { name: 'Title' }).fill('Slices');
  await page.getByRole('button', { name: 'Write' }).click();
  const editor = page.getByRole('textbox', { name: 'Text of Slices' });
  await editor.waitFor();
  await page.locator('.monaco-editor').first().click();
  await page.keyboard.type('Under 25 it is worse.');
  const note = await until(async () =>
    (await ana.client.notes.list.query({})).find(({ body }) => body.includes('worse.')),
  );
  await ana.client.notes.write.mutate({ noteId: note.noteId, body: `${note.body} And over 80.` });
  await page.getByRole('region', { name: 'Preview' }).getByText('And over 80.').waitFor();
  await photograph(page, 'server-companion-note');
  await page.reload();
  await page.getByRole('region', { name: 'Preview' }).getByText('Under 25 it is worse. And over 80.').waitFor();
  await context.close();
});

test('a viewer reads and decides nothing; whoever is removed has no access', async () => {
  const { context, page } = await arrive('viewer');
  await joinAs(page, 'Eve');
  await page.goto(at('/models/churn/v1'));
  await page
    .getByText(/As viewer you may not/)
    .first()
    .waitFor();
  expect(await page.getByRole('button', { name: 'Approve v1' }).count()).toBe(0);
  await photograph(page, 'server-companion-viewer');
  const state = await ana.client.team.state.query();
  const eve = state.members.find(({ name }) => name === 'Eve')!;
  await ana.client.team.removePerson.mutate({ person: eve.person });
  await page.getByRole('link', { name: 'sharing refused' }).waitFor({ timeout: 60_000 });
  await page.goto(at('/team'));
  await page
    .getByText(/does not let this device in|refuses this device|not a member/)
    .first()
    .waitFor();
  await photograph(page, 'server-companion-removed');
  await context.close();
});

test('what a browser has none of says so, and no page complained', async () => {
  const { context, page } = await arrive('reviewer');
  await page.getByRole('textbox', { name: 'Your name' }).waitFor();
  await page.goto('about:blank');
  await page.goto(at('/join#not-an-invite'));
  await page.getByRole('textbox', { name: 'Your name' }).fill('Fay');
  await page.getByRole('button', { name: 'Join' }).click();
  await page.getByText('This is not an invite link.').waitFor();
  await page.getByRole('textbox', { name: 'Invite link' }).waitFor();
  const { link } = await ana.client.team.invite.mutate({ role: 'viewer' });
  const { server, ...rest } = JSON.parse(Buffer.from(link.split('#')[1]!, 'base64url').toString()) as {
    server: string;
  };
  const elsewhere = JSON.stringify({ server: server.replace('127.0.0.1', 'sync.example.org'), ...rest });
  await page
    .getByRole('textbox', { name: 'Invite link' })
    .fill(`benchmate:join#${Buffer.from(elsewhere).toString('base64url')}`);
  await page.getByRole('button', { name: 'Join' }).click();
  await page.getByText(/^The invite belongs to the sync server http:\/\/sync\.example\.org/).waitFor();
  await page.goto(at('/runs/0123'));
  await page.getByRole('heading', { name: 'Join your team in this browser' }).waitFor();
  await context.close();

  const older = await browser.newContext();
  await older.addInitScript(() => {
    const refuse = () => Promise.reject(new DOMException('Unrecognized name.', 'NotSupportedError'));
    Object.defineProperty(SubtleCrypto.prototype, 'generateKey', { value: refuse });
  });
  const oldPage = await older.newPage();
  await oldPage.goto(at('/'));
  await oldPage.getByText('This browser cannot make the key of a device (Ed25519).').waitFor();
  await older.close();
  expect(complaints).toEqual([]);
});
