import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright';
import { afterAll, beforeAll, beforeEach, expect, onTestFailed, test } from 'vitest';
import { makeAnchor } from '@benchmate/shared/documents/anchor';
import { connectEngine } from '@benchmate/shared/node/connect-engine';
import type { ClosableEngineClient } from '@benchmate/shared/protocol/client';
import { EditorWindow } from '../support/editor-window.ts';
import { Editor, packagedExtension } from '../support/editor.ts';
import { openTeamBench, type Device, type TeamBench } from '../support/team.ts';
import { until } from '../support/until.ts';

// What a team does in the editor, with a real sync server and teammates' own engines; each step rests on those before it.
const home = mkdtempSync(join(tmpdir(), 'team-'));
const dir = join(home, 'churn');
const projectId = 'churn-abcdef12';
let editor: Editor;
let window: EditorWindow;
let bench: TeamBench;
let engine: ClosableEngineClient;
let mira: Device;

beforeAll(async () => {
  mkdirSync(dir);
  writeFileSync(join(dir, 'benchmate.yaml'), `id: ${projectId}\nname: churn\nprimaryMetric: val_loss\n`);
  writeFileSync(join(dir, 'MODEL_CARD.md'), '# Churn\n\n## Intended use\n\nMarketing decides whom to call.\n');
  [editor, bench] = await Promise.all([Editor.open({ vsix: [packagedExtension()], folder: dir }), openTeamBench()]);
  window = new EditorWindow(editor);
  engine = connectEngine(editor.dataDir);
  await window.openContainer();
  await window.row('Team', 'Working alone').waitFor({ timeout: 60_000 });
  for (const view of ['Jobs', 'Models']) await window.view(view).locator('.pane-header').click(); // room for the team
  await engine.team.rename.mutate({ member: 'Ada', team: 'Churn team' });
});

beforeEach(() => onTestFailed(({ task }) => window.photographFailure(task.name)));

afterAll(async () => {
  engine?.close();
  await editor?.close();
  await bench?.close();
  rmSync(home, { recursive: true, force: true });
});

const widget = (): Locator => window.page.locator('.review-widget:visible');
const clipboard = (): Promise<string> => window.page.evaluate(() => navigator.clipboard.readText());

test('Invite a Teammate asks for a server and a role, and says how long the link in the clipboard is good', async () => {
  await window.command('Benchmate: Invite a Teammate');
  await window.input.locator('input').first().fill('sync.example.org');
  await window.input.getByText('An address begins with http:// or https://.').waitFor();
  await window.input.locator('input').first().fill('');
  await window.answer('Address of your team’s sync server', bench.serverUrl);
  await window.choose('Maintainer');
  await window.choose('Link');
  const said = window.notification(/It lets in one person, as maintainer, until \w+, \w+ \d+, \d\d:\d\d\./);
  await said.waitFor();
  const link = await clipboard();
  expect(link).toMatch(/^benchmate:join#/);
  await window.page.evaluate(() => navigator.clipboard.writeText('something else'));
  await window.snap('invite');
  await said.getByRole('button', { name: 'Copy Again' }).click();
  await expect.poll(clipboard).toBe(link);
  await window.clearNotifications();
  mira = await bench.device('Mira');
  await mira.client.team.join.mutate({ link, name: 'Mira' });
  await window.row('Team', /Mira.*maintainer/).waitFor();
  await window.row('Team', 'Everything is shared').waitFor();
});

test('the comment box’s own buttons start, answer, resolve and reopen a thread, and a teammate’s words arrive in it', async () => {
  await window.openFile('MODEL_CARD.md');
  await window.goToLine(5);
  await window.command('Comments: Add Comment on Current Selection');
  await widget().locator('.monaco-editor').first().click();
  await window.page.keyboard.type('Marketing of which country?');
  await widget().getByRole('button', { name: 'Comment' }).click();
  await widget().getByText('Marketing of which country?').first().waitFor();
  const thread = await until(async () => (await mira.client.reviews.threads.query({ projectId }))[0]);
  await mira.client.reviews.reply.mutate({ threadId: thread.threadId, body: 'Norway alone, I **think**.' });
  await widget().getByText('Norway alone, I think.').waitFor();

  await widget().locator('.review-thread-reply-button').click();
  await window.page.keyboard.type('Then the card has to say so.');
  await widget().locator('.form-actions').getByRole('button', { name: 'Reply' }).click();
  await widget().getByText('Then the card has to say so.').waitFor();
  const now = async () => (await mira.client.reviews.threads.query({ projectId }))[0]!;
  await until(async () => (await now()).comments.length === 3);
  expect((await now()).comments.map(({ author }) => author.name)).toEqual(['Ada', 'Mira', 'Ada']);
  await window.snap('thread');

  await widget().locator('[aria-label^="Resolve"]').click();
  await until(async () => (await now()).resolved);
  await widget().waitFor({ state: 'hidden' });
  await window.snap('thread-resolved');
  await window.page
    .locator('.margin [class*="comment-thread"], .glyph-margin-widgets [class*="comment-thread"]')
    .first()
    .click();
  await widget().getByText('Resolved').first().waitFor();
  await widget().locator('[aria-label^="Reopen"]').click();
  await until(async () => !(await now()).resolved);
  await widget().getByText('Line 5').first().waitFor();

  const { threadId, anchor } = await now();
  const body = `Thus:\n\n\`\`\`suggestion\n${anchor.quote} (Norway)\n\`\`\``;
  await mira.client.reviews.reply.mutate({ threadId, body });
  await widget().locator('[aria-label^="Apply Suggestion"]').click();
  await until(async () => (await now()).resolved);
  expect((await now()).comments.at(-1)).toMatchObject({
    author: { name: 'Ada' },
    body: 'Applied the suggestion of Mira.',
  });
  await window.page.locator('.view-line', { hasText: '(Norway)' }).waitFor();
  await window.snap('suggestion-applied');
});

test('reactions count people, each suggestion on a line is a quick fix, and a selection becomes a suggestion', async () => {
  const card = '# Churn';
  const anchor = makeAnchor(card, { start: 0, end: card.length });
  const body = 'Of what?\n\n```suggestion\n# Churn of customers\n```';
  const { threadId, comments } = await mira.client.reviews.start.mutate({
    projectId,
    path: 'MODEL_CARD.md',
    anchor,
    body,
  });
  const hostile =
    '<img src=x onerror=alert(1)> [go](command:workbench.action.quit) ![p](https://evil.example/p.gif) no\u202Eton';
  const or = '```suggestion\n# Customer churn\n```';
  await mira.client.reviews.reply.mutate({ threadId, body: `Or:\n\n${or}\n\n${hostile}` });
  const { commentId } = comments[0]!;
  await mira.client.reviews.react.mutate({ threadId, commentId, kind: 'eyes', on: true });
  await window.openFile('MODEL_CARD.md');
  await window.command('Comments: Expand All Comments');
  const box = window.page.locator('.review-widget:visible', { hasText: 'Of what?' });
  await box.getByText('no⟦U+202E⟧ton').waitFor();
  expect(await box.locator('.comment-body img, .comment-body a[data-href^="command"]').count()).toBe(0);

  const people = async () => {
    const [thread] = (await mira.client.reviews.threads.query({ projectId })).filter(
      each => each.threadId === threadId,
    );
    return (thread?.comments[0]?.reactions ?? []).map(({ kind, people: who }) => [
      kind,
      ...who.map(({ name }) => name),
    ]);
  };
  const eyes = box.locator('.comment-reactions .action-label', { hasText: '👀' });
  await eyes.click();
  await expect.poll(async () => (await people())[0]?.toSorted()).toEqual(['Ada', 'Mira', 'eyes']);
  await expect.poll(() => eyes.innerText()).toMatch(/👀\s*2/);
  await eyes.click();
  await expect.poll(people).toEqual([['eyes', 'Mira']]);
  await expect.poll(() => eyes.innerText()).toMatch(/👀\s*1/);
  await window.snap('reactions');

  const fixes = window.page.locator('.action-widget .monaco-list-row', { hasText: 'Apply Mira’s suggestion' });
  await until(async () => {
    await window.goToLine(1);
    await window.page.keyboard.press('Control+.');
    await fixes
      .nth(1)
      .waitFor({ timeout: 3000 })
      .catch(() => window.page.keyboard.press('Escape'));
    return (await fixes.count()) === 2;
  }, 60_000);
  await window.snap('suggestion-fixes');
  await fixes.filter({ hasText: '# Customer churn' }).click();
  await window.page.locator('.view-line', { hasText: '# Customer churn' }).first().waitFor();
  const settled = async () =>
    (await mira.client.reviews.threads.query({ projectId })).find(each => each.threadId === threadId);
  await until(async () => (await settled())?.resolved);
  expect((await settled())?.comments.at(-1)).toMatchObject({ body: 'Applied the suggestion of Mira.' });

  await window.command('Comments: Collapse All Comments');
  await window.goToLine(5);
  await window.page.keyboard.press('Shift+End');
  await window.command('Benchmate: Suggest a Change');
  const written = window.page.locator('.review-widget:visible', { hasText: '```suggestion' });
  await written.locator('.monaco-editor').first().waitFor();
  await written.locator('.monaco-editor.focused').waitFor();
  await window.page.keyboard.press('ArrowUp');
  await window.page.keyboard.press('End');
  await window.page.keyboard.type(' Nobody else.');
  await window.snap('suggest-a-change');
  await written.getByRole('button', { name: /^Suggest/ }).click();
  const suggested = await until(async () =>
    (await mira.client.reviews.threads.query({ projectId })).find(each =>
      each.comments[0]?.body.endsWith('Nobody else.\n```'),
    ),
  );
  expect(suggested.comments[0]?.body).toBe(`\`\`\`suggestion\n${suggested.anchor.quote} Nobody else.\n\`\`\``);
  await mira.client.reviews.resolve.mutate({ threadId: suggested.threadId, resolved: true });
});

test('of a crowd of threads each has a box to answer in once it is opened, and keeps what is typed there', async () => {
  const lines = Array.from({ length: 31 }, (_, i) => `Finding ${i} of the crowd.`);
  const text = lines.join('\n\n');
  writeFileSync(join(dir, 'FINDINGS.md'), text);
  for (const line of lines) {
    const anchor = makeAnchor(text, { start: text.indexOf(line), end: text.indexOf(line) + line.length });
    await mira.client.reviews.start.mutate({ projectId, path: 'FINDINGS.md', anchor, body: `About ${line}` });
  }
  await window.openFile('FINDINGS.md');
  const glyphs = window.page.locator('.editor-group-container.active .margin [class*="comment-thread"]');
  await glyphs.first().waitFor();
  const box = window.page.locator('.review-widget:visible', { hasText: 'About Finding 2 of' });
  await window.page
    .locator('.margin-view-overlays > div', { hasText: /^5$/ })
    .locator('[class*="comment-thread"]')
    .click();
  await box.getByText('About Finding 2 of the crowd.').waitFor();
  await box.locator('.review-thread-reply-button').click();
  await window.page.keyboard.type('Half a thou');
  await window.goToLine(1);
  await window.page.keyboard.type('# Findings ');
  await expect.poll(() => box.locator('.review-thread-reply-button').count()).toBe(1);
  await box.getByText('Half a thou').waitFor();
  await window.snap('crowd');
  await box.locator('.comment-form .monaco-editor').click();
  await window.page.keyboard.press('End');
  await window.page.keyboard.type('ght.');
  await box.locator('.form-actions').getByRole('button', { name: 'Reply' }).click();
  await until(async () => {
    const all = await mira.client.reviews.threads.query({ projectId, path: 'FINDINGS.md' });
    return all.some(({ comments }) => comments[1]?.body === 'Half a thought.');
  });
});

test('the Team view says what a teammate looks at and goes there, and tells her where this window is, unless it is private', async () => {
  const seen = async () => (await mira.client.presence.state.query()).present[0]?.place;
  await window.openFile('MODEL_CARD.md');
  await window.goToLine(5);
  await until(async () => (await seen())?.section === 'Intended use');
  expect(await seen()).toMatchObject({ title: 'MODEL_CARD.md', file: { projectId, path: 'MODEL_CARD.md', line: 4 } });
  await mira.client.presence.look.mutate({
    surface: 'window',
    place: { title: 'benchmate.yaml', path: null, file: { projectId, path: 'benchmate.yaml', line: 2 } },
  });
  const row = window.row('Team', /Mira.*looks at benchmate\.yaml · line 3/);
  await row.waitFor();
  await window.snap('presence');
  await row.hover();
  await row.getByRole('button', { name: 'Go to What a Teammate Looks At' }).click();
  await until(async () => (await seen())?.file?.line === 2);
  expect((await seen())?.title).toBe('benchmate.yaml');
  await window.command('Benchmate: Show or Hide My Presence');
  await window.notification('Teammates no longer see what you look at.').waitFor();
  await until(async () => (await seen()) === undefined);
  await window.clearNotifications();
  await window.command('Benchmate: Show or Hide My Presence');
  await window.notification('Teammates see what you look at.').waitFor();
  await window.clearNotifications();
  await mira.client.presence.look.mutate({ surface: 'window', place: null });
});

test('a promotion that two made apart is shown as contested, and one choice settles it for both', async () => {
  const register = () => engine.registry.register.mutate({ model: 'churn', runId: null, source: 'runs:/a/model' });
  for (let version = 1; version <= 3; version++) await register();
  await engine.registry.promote.mutate({ model: 'churn', version: 1, alias: 'champion' });
  const teammates = async () => (await mira.client.registry.list.query()).find(({ name }) => name === 'churn');
  await until(async () => (await teammates())?.versions.length === 3 && (await teammates())?.aliases.length === 1);
  await window.command('Benchmate: Pause Sync');
  await window.row('Team', 'Sync is paused').waitFor();
  await mira.client.team.setPaused.mutate({ paused: true });
  await engine.registry.promote.mutate({ model: 'churn', version: 2, alias: 'champion' });
  await mira.client.registry.promote.mutate({ model: 'churn', version: 3, alias: 'champion' });
  await window.row('Team', 'Sync is paused: 1 change not shared').waitFor();
  await mira.client.team.setPaused.mutate({ paused: false });
  await window.command('Benchmate: Resume Sync');
  const contested = window.row('Team', 'champion of churn is contested: v2 by Ada and v3 by Mira; v1 serves');
  // The one window in focus says it at once, and once.
  const notice = window.notification('champion of churn is contested');
  await notice.waitFor();
  await window.snap('notice-contested');
  await contested.waitFor();
  await window.page.locator('.statusbar-item[aria-label*="1 waits for you"]').first().waitFor();
  expect(await notice.count()).toBe(1);
  await notice.getByRole('button', { name: 'Show Inbox' }).click();
  await notice.waitFor({ state: 'detached' });
  await window.photograph('contested');

  await contested.click();
  await window.input.getByPlaceholder('Version 1 goes on serving until one is chosen.').waitFor();
  await window.offered(/Version 2\s*Ada/).waitFor();
  await window.offered(/Version 3\s*Mira/).waitFor();
  await window.snap('contested-choice');
  await window.choose('Version 3');
  await contested.waitFor({ state: 'detached' });
  for (const client of [engine, mira.client])
    await until(async () => {
      const { aliases, versions } = await client.registry.get.query({ model: 'churn' });
      const holder = versions.find(({ versionId }) => versionId === aliases[0]?.holder);
      return holder?.version === 3 && !aliases[0]?.contested;
    });
});

test('open invites stand in the Team view with their end, and are withdrawn after a question', async () => {
  const { link } = await engine.team.invite.mutate({ role: 'reviewer', expiresInHours: 2 });
  await engine.team.invite.mutate({ role: 'owner', expiresInHours: 48 });
  const reviewer = window.row('Team', /For a reviewer\s*(2 h 00|1 h 59) min left · by Ada/);
  await reviewer.waitFor();
  await window.row('Team', /For an owner\s*(2 d 00|1 d 23) h left · by Ada/).waitFor();
  await reviewer.hover();
  await window.snap('invites');
  await reviewer.getByRole('button', { name: 'Withdraw Invite' }).click();
  const question = window.page.getByRole('dialog', { name: /Withdraw the invite for a reviewer\?/ });
  await question.getByText('Nobody joins with it any more.').waitFor();
  await window.snap('invite-withdraw');
  await question.getByRole('button', { name: 'Cancel' }).click();
  expect((await engine.team.state.query()).invites).toHaveLength(2);
  await reviewer.hover();
  await reviewer.getByRole('button', { name: 'Withdraw Invite' }).click();
  await question.getByRole('button', { name: 'Withdraw' }).click();
  await reviewer.waitFor({ state: 'detached' });
  const kim = await bench.device('Kim of the invites');
  await expect(kim.client.team.join.mutate({ link, name: 'Kim' })).rejects.toMatchObject({ code: 'FORBIDDEN' });

  await window.command('Benchmate: Withdraw Invite');
  await window.choose('For an owner');
  await window.page.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click();
  await window.row('Team', 'Open invites').waitFor({ state: 'detached' });
  expect((await engine.team.state.query()).invites).toEqual([]);
});

test('a draft is opened, written, published and thrown away in the editor; the team sees what was published alone', async () => {
  const titles = async () =>
    (await mira.client.notes.list.query({ projectId })).map(({ title, body }) => [title, body]);
  const begin = (title: string) =>
    engine.drafts.create.mutate({ projectId, target: { kind: 'note', title }, body: 'First words.' });
  await begin('Why v9');
  const { draftId } = await begin('Not for you');
  const draft = window.row('Team', /Why v9\s*begun just now/);
  await draft.click();
  await window.page.locator('.tabs-container .tab.active', { hasText: 'Why v9.md' }).waitFor();
  await window.line('First words.').first().click();
  await window.page.keyboard.press('Control+End');
  await window.page.keyboard.type(' And more');
  await window.page.keyboard.press('Control+s');
  const bodies = async () => (await engine.drafts.list.query({})).map(({ body }) => body);
  await until(async () => (await bodies()).includes('First words. And more'));
  // What another editor of this device writes appears in this one.
  const { draftId: opened } = (await engine.drafts.list.query({})).find(({ body }) => body.endsWith('more'))!;
  await engine.drafts.write.mutate({ draftId: opened, body: 'First words. And more, from the companion' });
  await window.line('from the companion').first().waitFor();
  await window.snap('draft');
  await window.page.keyboard.type('!'); // published with what was not saved
  await draft.hover();
  await draft.getByRole('button', { name: 'Publish Draft' }).click();
  await window.page.getByRole('dialog').getByText('The team sees its present text').waitFor();
  await window.page.getByRole('dialog').getByRole('button', { name: 'Publish' }).click();
  await window.notification('“Why v9” is the team’s now.').waitFor();
  await window.page.locator('.tabs-container .tab', { hasText: 'Why v9.md' }).waitFor({ state: 'detached' });
  await until(async () => (await titles()).some(([title]) => title === 'Why v9'));
  expect((await titles()).find(([title]) => title === 'Why v9')![1]).toMatch(/from the companion.*/);
  await window.clearNotifications();

  await window.command('Benchmate: Discard Draft');
  await window.choose('Not for you');
  await window.page.getByRole('dialog').getByText('nobody has another copy').waitFor();
  await window.page.getByRole('dialog').getByRole('button', { name: 'Throw Away' }).click();
  await window.row('Team', 'Drafts').waitFor({ state: 'detached' });
  await expect(engine.drafts.publish.mutate({ draftId })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect((await titles()).map(([title]) => title)).not.toContain('Not for you');
});

test('the server goes and comes back: the view says what is not shared, and that all of it is', async () => {
  await bench.killServer();
  await window.row('Team', 'Offline: nothing waits to be shared').waitFor();
  await engine.notes.create.mutate({ projectId, title: 'Written on a train' });
  await window.row('Team', /Offline: \d+ changes? not shared/).waitFor();
  await window.snap('offline');
  await bench.startServer();
  await window.row('Team', 'Everything is shared').waitFor({ timeout: 30_000 });
});

test('Export Bundle and Import Bundle bring a note to a teammate and back by files, one of them encrypted', async () => {
  const [mine, theirs] = [join(home, 'mine.bundle'), join(home, 'theirs.bundle')];
  const path = window.input.locator('input').first();
  /** The dialog begins with a path of its own, looks at what is written, and overhears what comes meanwhile. */
  const chooseFile = (file: string, next: string) =>
    until(async () => {
      if (await window.input.getByText(next).isVisible()) return true;
      if ((await path.inputValue()) !== file) await path.fill(file);
      await window.input.getByRole('button', { name: /^(OK|Import)$/ }).click({ timeout: 2000 });
      return false;
    }, 30_000);
  await engine.notes.create.mutate({ projectId, title: 'By file', body: 'from Ada' });
  await window.command('Benchmate: Export Bundle');
  await expect.poll(() => path.inputValue()).toContain('team.bundle');
  await chooseFile(mine, 'A passphrase encrypts the file.');
  await path.fill('short');
  await window.input.getByText('Take at least 8 characters').waitFor();
  await path.fill('correct horse battery');
  await path.press('Enter');
  await window.notification(/mine\.bundle holds \d+ facts and \d+ documents/).waitFor();
  await window.snap('bundle-exported');
  await window.clearNotifications();

  const bundle = async (request: Parameters<typeof mira.client.bundles.begin.mutate>[0]) => {
    const { taskId } = await mira.client.bundles.begin.mutate(request);
    return until(async () => {
      const { state, result } = await mira.client.bundles.wait.query({ taskId, withinMs: 1000 });
      return state === 'running' ? null : result;
    });
  };
  await bundle({ kind: 'import', file: mine, passphrase: 'correct horse battery' });
  await mira.client.notes.create.mutate({ projectId, title: 'Back by file', body: 'from Mira' });
  await bundle({ kind: 'export', file: theirs, passphrase: 'another passphrase' });

  await window.command('Benchmate: Import Bundle');
  await window.input.getByText('Import Bundle').first().waitFor();
  await chooseFile(theirs, 'The passphrase that the file was made with');
  await window.answer('The passphrase that the file was made with', 'not this one');
  await window.notification(`The passphrase does not open ${theirs}.`).waitFor();
  await window.clearNotifications();
  await window.command('Benchmate: Import Bundle');
  await window.input.getByText('Import Bundle').first().waitFor();
  await chooseFile(theirs, 'The passphrase that the file was made with');
  await window.answer('The passphrase that the file was made with', 'another passphrase');
  await window.notification(/from Mira|all that Mira had was here/).waitFor();
  await window.snap('bundle-imported');
  await window.clearNotifications();
  expect((await engine.notes.list.query({ projectId })).map(({ title }) => title)).toContain('Back by file');
});

test('Join a Team says at once what is no invite, what was used, and lets in with a good one', async () => {
  const lin = await bench.device('Lin');
  await lin.client.team.rename.mutate({ team: 'Fraud team' });
  await lin.client.team.connect.mutate({ serverUrl: bench.serverUrl });
  const used = (await until(() => lin.client.team.invite.mutate({ role: 'viewer' }))).link;
  await (await bench.device('Kim')).client.team.join.mutate({ link: used, name: 'Kim' });
  const { link } = await lin.client.team.invite.mutate({ role: 'viewer' });

  await window.command('Benchmate: Join a Team');
  for (const wrong of ['hello', 'https://example.org/join', link.slice(0, -30)]) {
    await window.input.locator('input').first().fill(wrong);
    await window.input.getByText('An invite is one line that begins with benchmate:join#').waitFor();
  }
  await window.snap('join-not-an-invite');
  await window.input.locator('input').first().fill('sync.example.org 7-river-candy-orbit');
  await window.input.getByText('An invite is one line').waitFor({ state: 'hidden' });
  await window.input.locator('input').first().fill('');
  await window.answer('The invite that a teammate sent you', used);
  await window.answer('Your name, as teammates see it', 'Ada');
  await window.notification('The invite was used already: each lets in one device. Ask a maintainer').waitFor();
  await window.clearNotifications();

  await window.command('Benchmate: Join a Team');
  await window.answer('The invite that a teammate sent you', link);
  await window.answer('Your name, as teammates see it', 'Ada of Churn');
  await window.notification('You are in Fraud team now, as viewer.').waitFor();
  await window.row('Team', /Ada of Churn.*viewer.*you/).waitFor();
  await window.row('Team', 'Everything is shared').waitFor();
  await widget().getByText('Marketing of which country?').waitFor({ state: 'detached' });
  await window.snap('joined');
  await window.clearNotifications();
});

test('a viewer is told who can, and loses nothing that was typed', async () => {
  await window.goToLine(3);
  await window.command('Comments: Add Comment on Current Selection');
  await widget().locator('.monaco-editor').first().click();
  await window.page.keyboard.type('A thought of a viewer');
  await widget().getByRole('button', { name: 'Comment' }).click();
  await window
    .notification('As viewer you may not write notes and comments: that takes a contributor or higher.')
    .waitFor();
  expect(await clipboard()).toBe('A thought of a viewer');
  await window.snap('viewer-comment');
  await window.clearNotifications();
  await window.command('Benchmate: Invite a Teammate');
  await window.choose('Reviewer');
  await window.choose('Link');
  await window
    .notification('As viewer you may not invite people: that takes an owner. Ask an owner of the team.')
    .waitFor();
});
