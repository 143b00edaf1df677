import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, onTestFailed, test } from 'vitest';
import { connectEngine } from '@benchmate/shared/node/connect-engine';
import type { ClosableEngineClient } from '@benchmate/shared/protocol/client';
import { EditorWindow } from '../support/editor-window.ts';
import { Editor, packagedExtension } from '../support/editor.ts';
import { openTeamBench, type Device, type TeamBench } from '../support/team.ts';
import { until } from '../support/until.ts';

// Ben reviews Ada's versions in his editor, with her engine and a sync server; each step rests on those before it.
const home = mkdtempSync(join(tmpdir(), 'models-'));
const dir = join(home, 'churn');
const projectId = 'churn-abcdef12';
let editor: Editor;
let window: EditorWindow;
let bench: TeamBench;
let ben: ClosableEngineClient;
let ada: Device;
const card = (use: string) =>
  `---\nlicense: mit\n---\n# Churn\n\n## Intended use\n\n${use}\n\n## Data\n\nCustomers of 2025.\n`;

beforeAll(async () => {
  mkdirSync(dir);
  writeFileSync(join(dir, 'benchmate.yaml'), `id: ${projectId}\nname: churn\nmodel: churn\n`);
  writeFileSync(join(dir, 'MODEL_CARD.md'), card('Marketing in Norway decides whom to call.'));
  // What is typed stays unsaved until it is saved: an editor in a browser saves by itself after a second.
  const settings = { 'files.autoSave': 'off' };
  const opening = Editor.open({ vsix: [packagedExtension()], folder: dir, settings });
  [editor, bench] = await Promise.all([opening, openTeamBench()]);
  window = new EditorWindow(editor);
  ben = connectEngine(editor.dataDir);
  await window.openContainer();
  await window.row('Team', 'Working alone').waitFor({ timeout: 60_000 });
  // Room for what this is about: rows out of sight are not in the page.
  await window.page.setViewportSize({ width: 1400, height: 1300 });
  for (const other of ['Runs', 'Jobs']) await window.view(other).locator('.pane-header').click();
});

beforeEach(() => onTestFailed(({ task }) => window.photographFailure(task.name)));

afterAll(async () => {
  ben?.close();
  await editor?.close();
  await bench?.close();
  rmSync(home, { recursive: true, force: true });
});

const register = (use: string) =>
  ada.client.registry.register.mutate({ model: 'churn', runId: null, source: 'runs:/a/model', description: card(use) });
const stateOf = async (client: ClosableEngineClient, version: number) =>
  (await client.registry.get.query({ model: 'churn' })).versions.find(known => known.version === version)!;
const version = (text: string | RegExp) => window.row('Models', text);
const box = () => window.input.locator('input').first();

test('without models the view says how one comes to be', async () => {
  await window.view('Models').getByText('No model is registered here yet.').waitFor();
  await window.view('Models').getByRole('button', { name: 'Open Companion' }).waitFor();
});

test('a request in the inbox leads to the version, with what is asked and what there is to look at', async () => {
  ada = await bench.device('Ada');
  await ada.client.team.connect.mutate({ serverUrl: bench.serverUrl });
  const { link } = await until(() => ada.client.team.invite.mutate({ role: 'maintainer' }));
  await ben.team.join.mutate({ link, name: 'Ben' });
  await ada.client.registry.setPolicy.mutate({ alias: 'champion', approvals: 1 });
  await register('Marketing decides whom to call.');
  await until(async () => (await ada.client.team.state.query()).members.length === 2);
  await ada.client.modelReviews.request.mutate({
    model: 'churn',
    version: 1,
    people: ['Ben'],
    comment: 'The slices, please',
  });
  const waiting = window.row('Team', 'Ada asks you to review churn v1');
  await waiting.click();
  await version(/v1\s*0 of 1 approved · asked of you/).waitFor();
  await version('champion needs 1 more approval.').waitFor();
  await version(/You\s*asked by Ada · The slices, please/).waitFor();
  await version(/To look at\s*0 of \d viewed/).waitFor();
  await window.page.locator('.monaco-list-row.focused[aria-label^="churn version 1, 0 of 1 approved"]').waitFor();
  await window.snap('models-asked');
});

test('a part opens at its heading, and is marked as viewed', async () => {
  const part = version('Card: Intended use');
  await part.click();
  await window.page.locator('.tabs-container .tab.active', { hasText: 'churn v1.md' }).waitFor();
  await window.line('Marketing decides whom to call.').first().waitFor();
  await window.page.locator('.statusbar-item', { hasText: 'Ln 6, Col 1' }).waitFor();
  await part.getByRole('checkbox').click();
  await version(/To look at\s*1 of \d viewed/).waitFor();
  const parts = async () => (await ben.modelReviews.show.query({ model: 'churn', version: 1 })).parts;
  expect((await parts()).filter(({ viewed }) => viewed).map(({ label }) => label)).toEqual(['Card: Intended use']);
});

test('Request Changes of the palette signs a verdict, which Ada gets', async () => {
  await window.command('Benchmate: Request Changes to a Model Version');
  await window.choose('churn v1');
  await window.answer('An approval of yours later replaces it.', 'Which country?');
  await version(/v1\s*0 of 1 approved · changes requested by Ben/).waitFor();
  await version(/Ben\s*requested changes · Which country\?/).waitFor();
  await until(async () => (await stateOf(ada.client, 1)).approvals[0]?.comment === 'Which country?');
});

test('of the next version the view says what changed since, and opens it beside what was reviewed', async () => {
  await register('Marketing in Norway decides whom to call.');
  await ada.client.modelReviews.request.mutate({ model: 'churn', version: 2, people: ['Ben'], comment: '' });
  const second = version(/v2\s*0 of 1 approved · asked of you/);
  await second.waitFor();
  // The keyboard alone: to the row, open it, down to what is new.
  await version(/^v1/).click();
  await window.page.keyboard.press('ArrowUp');
  await window.page.keyboard.press('ArrowRight');
  const changed = version(/Card: Intended use\s*changed since v1/);
  await changed.waitFor();
  await version(/To look at\s*0 of \d viewed · 1 changed since v1|To look at\s*2 of \d viewed/).waitFor();
  await changed.click();
  await window.page.locator('.tabs-container .tab.active', { hasText: 'churn: card v1 ↔ v2' }).waitFor();
  await window.page.locator('.modified-in-monaco-diff-editor .view-line', { hasText: 'Marketing in Norway' }).waitFor();
  await window.photograph('models-changed');
});

test('a comment on the side of the new version is a thread of the card, and answers arrive in it', async () => {
  const side = window.page.locator('.modified-in-monaco-diff-editor');
  await side.locator('.view-line', { hasText: 'Marketing in Norway' }).click();
  await window.command('Comments: Add Comment on Current Selection');
  const widget = window.page.locator('.review-widget:visible');
  await widget.locator('.monaco-editor').first().click();
  await window.page.keyboard.type('All of Norway?');
  await widget.getByRole('button', { name: 'Comment' }).click();
  const thread = await until(async () => (await ada.client.reviews.threads.query({ projectId }))[0]);
  expect(thread).toMatchObject({
    path: 'MODEL_CARD.md',
    anchor: { quote: 'Marketing in Norway decides whom to call.' },
  });
  await ada.client.reviews.reply.mutate({ threadId: thread.threadId, body: 'Without <b>Svalbard</b>.' });
  await widget.getByText('Without <b>Svalbard</b>.').first().waitFor();
  await window.snap('models-comment');
  await version(/Open threads\s*1/).waitFor();
  await widget.locator('[aria-label^="Resolve"]').first().click();
  await until(async () => (await ada.client.reviews.threads.query({ projectId }))[0]?.resolved);
  await version(/Open threads/).waitFor({ state: 'detached' });

  await ada.client.reviews.resolve.mutate({ threadId: thread.threadId, resolved: false });
  await version(/Open threads\s*1/).click();
  await version(/All of Norway\?\s*Ben · MODEL_CARD\.md:8/).click();
  await window.page.locator('.tabs-container .tab.active', { hasText: 'MODEL_CARD.md' }).waitFor();
  await window.page.locator('.statusbar-item', { hasText: 'Ln 8, Col 1' }).waitFor();
  // Open, where it stands in the file: nobody has to look for it.
  await window.page.locator('.review-widget:visible').getByText('All of Norway?').first().waitFor();
});

test('a promotion without approval is refused with who is missing', async () => {
  await window.command('Benchmate: Promote a Model Version');
  await window.choose('churn v2');
  await window.offered(/champion.*champion needs 1 more approval/s).waitFor();
  await window.choose('champion');
  const refused = window.notification('champion needs 1 approval by someone else; v2 has none.');
  await refused.getByRole('button', { name: 'Ask for a Review' }).waitFor();
  await window.snap('models-refused');
  await window.clearNotifications();
});

test('Approve on the row says exactly what it allows; then the promotion goes through', async () => {
  const second = version(/v2\s*0 of 1 approved/);
  await second.hover();
  await second.getByRole('button', { name: 'Approve a Model Version' }).click();
  await window.input.getByText('Approving allows a maintainer to promote v2 to champion (1 of 1 approvals).').waitFor();
  await window.snap('models-approve');
  await box().fill('The country is there now.');
  await box().press('Enter');
  await version(/v2\s*1 of 1 approved/).waitFor();
  await until(async () => (await stateOf(ada.client, 2)).approvals[0]?.verdict === 'approve');
  await window.command('Benchmate: Promote a Model Version');
  await window.choose('churn v2');
  await window.choose('champion');
  await version(/v2\s*champion · 1 of 1 approved/).waitFor();
  await until(async () => (await ada.client.registry.get.query({ model: 'churn' })).aliases[0]?.holder);
});

test('Ask for a Review offers who may give a verdict, and the request is taken back from its row', async () => {
  await ben.registry.register.mutate({
    model: 'churn',
    runId: null,
    source: 'runs:/b/model',
    description: card('All.'),
  });
  await version(/v3\s*0 of 1 approved/).waitFor();
  await window.command('Benchmate: Ask for a Review');
  await window.choose('churn v3');
  await window.offered(/Ada\s*owner/).click();
  await window.input.getByRole('button', { name: 'OK' }).click();
  await window.answer('What Ada should look at', 'The third');
  await version(/v3\s*0 of 1 approved · asked of Ada/).waitFor();
  await until(async () => (await stateOf(ada.client, 3)).requests[0]?.comment === 'The third');
  await version(/^v3/).click();
  const asked = version(/Ada\s*asked by Ben · The third/);
  await asked.hover();
  await asked.getByRole('button', { name: 'Take Back a Review Request' }).click();
  await version(/Ada\s*asked, and taken back or declined/).waitFor();
  expect((await stateOf(ben, 3)).requests[0]?.state).toBe('withdrawn');
});

test('Review a Model Version shows it and offers what can be done: here a comment without a vote, with a draft', async () => {
  const { draftId } = await ben.drafts.create.mutate({
    projectId,
    target: { kind: 'thread', path: 'MODEL_CARD.md', anchor: { quote: 'Customers', prefix: '', suffix: '', line: 11 } },
    body: 'Of which month?',
  });
  await ada.client.modelReviews.request.mutate({ model: 'churn', version: 1, people: ['Ben'], comment: 'Again' });
  // Closed, they leave room for the one that this is about.
  for (const other of [/^v3/, /^v2/]) await version(other).click();
  await version(/^v1.*asked of you/).waitFor();
  await window.command('Benchmate: Review a Model Version');
  // Asked of him, so it is the first.
  await window
    .offered(/churn v1/)
    .first()
    .waitFor();
  await box().press('Enter');
  await window.offered('Look at what changed').waitFor();
  await window.snap('models-menu');
  await window.choose('Comment without a vote');
  await window.input.getByPlaceholder('Drafts that are published with it').waitFor();
  await window.input.getByRole('button', { name: 'OK' }).click();
  await window.answer('Without a vote', 'One question, see the card');
  await until(async () => (await stateOf(ada.client, 1)).remarks[0]?.comment === 'One question, see the card');
  expect((await ben.drafts.list.query({})).map(draft => draft.draftId)).not.toContain(draftId);
  expect((await stateOf(ben, 1)).requests[0]?.state).toBe('answered');
});

test('a request is declined from its row, with why', async () => {
  await ada.client.modelReviews.request.mutate({ model: 'churn', version: 1, people: ['Ben'], comment: 'Once more' });
  const mine = version(/You\s*asked by Ada · Once more/);
  await mine.waitFor();
  await mine.hover();
  await mine.getByRole('button', { name: 'Decline a Review' }).click();
  await window.answer('Why; it may be empty', 'v2 is there');
  await until(async () => (await stateOf(ada.client, 1)).requests[0]?.state === 'withdrawn');
});

test('a contested alias stands above the versions, and its row asks which one it is', async () => {
  await ada.client.registry.promote.mutate({ model: 'churn', version: 1, alias: 'staging' });
  await until(async () => (await ben.registry.get.query({ model: 'churn' })).aliases.length === 2);
  await window.command('Benchmate: Pause Sync');
  await window.row('Team', 'Sync is paused').waitFor();
  await ben.registry.promote.mutate({ model: 'churn', version: 2, alias: 'staging' });
  await ada.client.registry.promote.mutate({ model: 'churn', version: 3, alias: 'staging' });
  await window.command('Benchmate: Resume Sync');
  const contested = version(/^staging is contested: v. by \w+ and v. by \w+; v1 serves/);
  await contested.click();
  await window.choose('Version 3');
  await contested.waitFor({ state: 'detached' });
  await version(/^v3\s*staging/).waitFor();
  await window.clearNotifications();
});

test('a decision record about the model begins with its headings, and is found from the model', async () => {
  await window.command('Benchmate: Write a Decision Record on a Model');
  await window.choose('churn v2');
  await window.answer('What it is called', 'Why v2');
  // Its name travels before its text.
  const written = async () =>
    (await ada.client.notes.list.query({ projectId })).find(({ title }) => title === 'Why v2');
  await until(async () => (await written())?.body.includes('## Decision'));
  await window.page.locator('.tabs-container .tab.active', { hasText: 'Why v2' }).waitFor();
  await until(async () => (await ben.links.backlinks.query({ target: 'model:churn' })).length === 1);
});

test('a session has one note for the day, begun with the agenda; whoever asks again comes to the same', async () => {
  await window.command('Benchmate: Hold a Session on a Model Version');
  await window.choose('churn v2');
  await window.page.locator('.tabs-container .tab.active', { hasText: /churn v2/ }).waitFor();
  await window.line('## Open threads').waitFor();
  await window.line('Ben: All of Norway?').waitFor();
  await window.snap('models-session');
  await version(/^v3/).click();
  await window.command('Benchmate: Hold a Session on a Model Version');
  await window.choose('churn v2');
  // It takes the focus once more, after what it asks the engine: the keys of the next step are not for it.
  await window.page.locator('.editor-group-container.active .monaco-editor.focused').first().waitFor();
  const notes = async () =>
    (await ada.client.notes.list.query({ projectId })).filter(({ body }) => /## Present/.test(body));
  await until(async () => (await notes()).length === 1);
  expect(await notes()).toMatchObject([{ about: 'model:churn' }]);
});

test('of very many versions the newest are shown, and more on demand', async () => {
  for (let count = 0; count < 25; count++)
    await ben.registry.register.mutate({ model: 'many', runId: null, source: `runs:/${count}/model`, description: '' });
  await version(/^churn/).click();
  await version(/^many/).click();
  for (const key of ['ArrowRight', 'End']) await window.page.keyboard.press(key);
  const more = version(/Show More\s*5 older versions/);
  await more.click();
  await more.waitFor({ state: 'detached' });
  await window.page.keyboard.press('End');
  await version(/^v1\s*0 of 1 approved/).waitFor();
  for (const key of ['Home', 'ArrowRight']) await window.page.keyboard.press(key);
});

test('Show Models as They Were refuses what is no moment, and shows the past, which nobody changes', async () => {
  await window.command('Benchmate: Show Models as They Were');
  await box().fill('yesterday');
  await window.input.getByText("'yesterday' is no moment.").waitFor();
  await box().fill('2999-01-01');
  await window.input.getByText('That is still to come.').waitFor();
  const { at } = await stateOf(ben, 2);
  await box().fill(new Date(Date.parse(at) - 1).toISOString());
  await box().press('Enter');
  await version(/v1\s*0 of 1 approved · changes requested by Ben/).waitFor();
  await version(/v2/).waitFor({ state: 'detached' });
  await window.view('Models').getByText('Nothing here can be changed.').waitFor();
  await version(/^v1/).hover();
  expect(await version(/^v1/).getByRole('button').count()).toBe(0);
  await window.snap('models-past');
  await window.command('Benchmate: Show Models as They Are Now');
  await version(/v2\s*champion/).waitFor();
});

test('a model card is reviewed by what it says, from its title bar; not while it holds what nobody else can see', async () => {
  await window.openFile('MODEL_CARD.md');
  await window.line('Customers of 2025.').click();
  await window.page.keyboard.type('x');
  await window.command('Benchmate: Review a File');
  await window.notification('MODEL_CARD.md has changes that are not saved. Save it first').waitFor();
  await window.clearNotifications();
  await window.page.keyboard.press('Control+Z');
  await window.page.keyboard.press('Control+S');
  await window.page.locator('.tabs-container .tab.active.dirty').waitFor({ state: 'detached' });

  await window.page.locator('.editor-actions').getByRole('button', { name: 'Review a File' }).click();
  await window.choose('Approve');
  await window.input.getByText('It is about what MODEL_CARD.md says now').waitFor();
  await box().fill('Complete.');
  await box().press('Enter');
  const reviews = async () => (await ada.client.fileReviews.list.query({ projectId }))[0];
  const vote = { name: 'Ben', verdict: 'approve', comment: 'Complete.' };
  await until(async () => (await reviews())?.votes.length === 1);
  expect(await reviews()).toMatchObject({ path: 'MODEL_CARD.md', votes: [vote] });

  await window.command('Benchmate: Review a File');
  await window.offered('Ben approved').waitFor();
  await window.snap('file-review');
  await window.choose('Ask for a review');
  await window.offered(/Ada\s*owner/).click();
  await window.input.getByRole('button', { name: 'OK' }).click();
  await window.answer('What Ada should look at', 'Is 2025 right?');
  await window.notification('Ada is asked to review MODEL_CARD.md.').waitFor();
  await until(async () => (await reviews())?.requests[0]?.comment === 'Is 2025 right?');
});

test('a project file with a wrong key says so at its line, and the project stays as it was until it is mended', async () => {
  const file = join(dir, 'benchmate.yaml');
  const right = readFileSync(file, 'utf8');
  writeFileSync(file, `${right}train: python train.py\n`);
  await window.openFile('benchmate.yaml');
  await window.page.locator('.squiggly-error').first().waitFor();
  await window.command('Problems: Focus on Problems View');
  const said = '`train` is not as expected. `train` is a list of texts: the program and its arguments';
  await window.page.locator('.markers-panel').getByText(said).first().waitFor();
  await window.snap('project-file-wrong');
  writeFileSync(file, right);
  await window.page.locator('.squiggly-error').waitFor({ state: 'detached' });
  await window.page.locator('.markers-panel').getByText(said).waitFor({ state: 'detached' });
});
