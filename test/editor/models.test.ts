import { afterAll, beforeAll, beforeEach, expect, onTestFailed, test } from 'vitest';
import { connectEngine } from '@benchmate/shared/node/connect-engine';
import type { ClosableEngineClient } from '@benchmate/shared/protocol/client';
import { EditorWindow } from '../support/editor-window.ts';
import { Editor, packagedExtension } from '../support/editor.ts';
import { openTeamBench, type Device, type TeamBench } from '../support/team.ts';
import { until } from '../support/until.ts';

// Ben reviews Ada's versions in his editor, with her engine and a sync server; each step rests on those before it.
let editor: Editor;
let window: EditorWindow;
let bench: TeamBench;
let ben: ClosableEngineClient;
let ada: Device;
const card = (use: string) =>
  `---\nlicense: mit\n---\n# Churn\n\n## Intended use\n\n${use}\n\n## Data\n\nCustomers of 2025.\n`;

beforeAll(async () => {
  [editor, bench] = await Promise.all([Editor.open({ vsix: [packagedExtension()] }), openTeamBench()]);
  window = new EditorWindow(editor);
  ben = connectEngine(editor.dataDir);
  await window.openContainer();
  await window.row('Team', 'Working alone').waitFor({ timeout: 60_000 });
});

beforeEach(() => onTestFailed(({ task }) => window.photographFailure(task.name)));

afterAll(async () => {
  ben?.close();
  await editor?.close();
  await bench?.close();
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
  await window.photograph('models-asked');
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
  await window.photograph('models-past');
  await window.command('Benchmate: Show Models as They Are Now');
  await version(/v2\s*champion/).waitFor();
});
