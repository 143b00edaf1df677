import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebsocketProvider } from 'y-websocket';
import { afterAll, beforeAll, beforeEach, expect, onTestFailed, test } from 'vitest';
import * as Y from 'yjs';
import { connectEngine } from '@benchmate/shared/node/connect-engine';
import { readEndpoint } from '@benchmate/shared/node/find-engine';
import type { ClosableEngineClient } from '@benchmate/shared/protocol/client';
import { tokenSubprotocolPrefix } from '@benchmate/shared/protocol/document-wire';
import { EditorWindow } from '../support/editor-window.ts';
import { Editor, packagedExtension } from '../support/editor.ts';
import { openTeamBench, type Device, type TeamBench } from '../support/team.ts';
import { until } from '../support/until.ts';

// A note in the editor, written by two people at once: Ada in VS Code, Mira with a stock Yjs client on her own engine.
const home = mkdtempSync(join(tmpdir(), 'notes-'));
const dir = join(home, 'churn');
const projectId = 'churn-abcdef12';
let editor: Editor;
let window: EditorWindow;
let bench: TeamBench;
let engine: ClosableEngineClient;
let mira: Device;
let note: { noteId: string; documentId: string };
let hers: { doc: Y.Doc; body: Y.Text; provider: WebsocketProvider };

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
  await engine.team.connect.mutate({ serverUrl: bench.serverUrl });
  mira = await bench.device('Mira');
  const { link } = await engine.team.invite.mutate({ role: 'reviewer' });
  await mira.client.team.join.mutate({ link, name: 'Mira' });
});

beforeEach(() => onTestFailed(({ task }) => window.photographFailure(task.name)));

afterAll(async () => {
  hers?.provider.destroy();
  hers?.doc.destroy();
  engine?.close();
  await editor?.close();
  await bench?.close();
  rmSync(home, { recursive: true, force: true });
});

async function openAsMira(documentId: string): Promise<typeof hers> {
  const { url, token } = (await readEndpoint(mira.dataDir))!;
  const doc = new Y.Doc();
  const provider = new WebsocketProvider(`${url.replace('http', 'ws')}/documents`, documentId, doc, {
    protocols: [`${tokenSubprotocolPrefix}${token}`],
    disableBc: true,
  });
  const { device } = await mira.client.team.state.query();
  provider.awareness.setLocalStateField('user', { name: 'Mira', device });
  return { doc, body: doc.getText('body'), provider };
}

/** As y-monaco tells it. */
function putHerCursor(anchor: number, head: number): void {
  const at = (index: number) => Y.createRelativePositionFromTypeIndex(hers.body, index);
  hers.provider.awareness.setLocalStateField('selection', { anchor: at(anchor), head: at(head) });
}

const text = async () => (await engine.notes.get.query({ noteId: note.noteId })).body;
const same = () => until(async () => (await text()) === hers.body.toJSON());
const tab = () => window.page.locator('.tabs-container .tab.active', { hasText: 'Ship v9.md' });
const status = (words: string | RegExp) => window.page.locator('.statusbar-item', { hasText: words }).first();

test('Write a Note opens it as an editor; what is typed is the team’s at once, saved by itself, and hers arrives', async () => {
  await window.command('Benchmate: Write a Note');
  await window.choose('Empty note');
  await window.answer('What it is called', 'Ship v9');
  await tab().waitFor();
  await status('Saved').waitFor();
  const [made] = await until(async () => {
    const notes = await engine.notes.list.query({ projectId });
    return notes.length === 1 ? notes : null;
  });
  note = made!;
  await window.page.locator('.editor-group-container.active .monaco-editor').first().click();
  await window.page.keyboard.type('# Ship v9\n\nAda begins.\n');
  await until(async () => (await text()) === '# Ship v9\n\nAda begins.\n');
  await tab().and(window.page.locator(':not(.dirty)')).waitFor();

  hers = await openAsMira(note.documentId);
  await until(() => hers.body.toJSON().includes('Ada begins.'));
  hers.body.insert(hers.body.length, 'Mira adds 😀.\n');
  putHerCursor(hers.body.length - 4, hers.body.length - 1);
  await window.line('Mira adds 😀.').waitFor();
  await status('Mira here').waitFor();
  await tab().and(window.page.locator(':not(.dirty)')).waitFor();
  await window.photograph('note');
});

test('her cursor stands in the editor under her name, Ada’s is told to her, and both are gone at once with whoever leaves', async () => {
  const flags = () =>
    window.page.evaluate(() =>
      [...document.querySelectorAll('.editor-group-container.active .view-line span')].map(
        part => getComputedStyle(part, '::before').content,
      ),
    );
  await until(async () => (await flags()).includes('"Mira"'));
  const peers = () =>
    [...hers.provider.awareness.getStates()].filter(([id]) => id !== hers.doc.clientID).map(([, state]) => state);
  const told = await until(() =>
    peers().find(state => (state['user'] as { name?: string } | undefined)?.name === 'Ada'),
  );
  await window.goToLine(3);
  const line = () => {
    const state = peers()[0]?.['selection'] as { head?: unknown } | undefined;
    if (!state?.head) return null;
    return Y.createAbsolutePositionFromRelativePosition(Y.createRelativePositionFromJSON(state.head), hers.doc)?.index;
  };
  await until(() => line() === '# Ship v9\n\n'.length);
  expect(told['user']).toMatchObject({ name: 'Ada', device: (await engine.team.state.query()).device });
  hers.provider.awareness.setLocalState(null);
  await until(async () => !(await flags()).includes('"Mira"'));

  await window.command('Benchmate: Show or Hide My Presence');
  await until(() => peers().length === 0);
  await window.clearNotifications();
  await window.command('Benchmate: Show or Hide My Presence');
  await until(() => peers().length === 1);
  await window.clearNotifications();
});

test('both write at once, and undo takes back what Ada wrote alone', async () => {
  await window.goToLine(3);
  await window.page.keyboard.press('End');
  const writing = window.page.keyboard.type(' She types on and on, without a pause for anybody.', { delay: 12 });
  for (let word = 0; word < 20; word++) {
    hers.body.insert(0, `${word} `);
    await new Promise(resolve => setTimeout(resolve, 15));
  }
  await writing;
  await until(async () => (await text()).includes('Ada begins. She types on and on, without a pause for anybody.\n'));
  await same();
  expect(await text()).toMatch(/^19 18 17 .* 1 0 # Ship v9\n/);
  await window.page.keyboard.press('Control+z');
  await until(async () => !(await text()).includes('anybody'));
  expect(await text()).toMatch(/^19 18 17 .* 1 0 # Ship v9\n/);
  await window.page.keyboard.press('Control+Shift+z');
  await until(async () => (await text()).includes('without a pause for anybody.'));
  await same();
});

test('offline both go on; the editor says what is not shared yet, and afterwards both have the same text', async () => {
  await bench.killServer();
  await status('Saved here, not shared yet').or(status('Saved and shared')).waitFor();
  await window.goToLine(1);
  await window.page.keyboard.type('Written on a train. ');
  hers.body.insert(hers.body.length, 'Written on a ship.\n');
  await status('Saved here, not shared yet: no connection').waitFor();
  await window.snap('note-offline');
  expect(hers.body.toJSON()).not.toContain('train');
  await bench.startServer();
  await until(() => hers.body.toJSON().includes('train'), 30_000);
  await window.line('Written on a ship.').waitFor();
  await same();
  await status('Saved and shared').waitFor();
});

test('the engine is killed while Ada writes: she goes on, and everything is there when it is back', async () => {
  const { pid } = (await readEndpoint(editor.dataDir))!;
  process.kill(pid, 'SIGKILL');
  await window.goToLine(1);
  await window.page.keyboard.type('Without an engine. ', { delay: 5 });
  await status('Not saved: the engine does not answer').waitFor();
  await window.snap('note-without-engine');
  expect(await window.notification('Failed to save').count()).toBe(0);
  await until(async () => (await text()).startsWith('Without an engine. '), 60_000);
  await until(() => hers.body.toJSON().startsWith('Without an engine. '), 60_000);
  await status('Saved and shared').waitFor();
});

test('links open what they mean and show its value; a teammate is offered after @; another note is found by its text', async () => {
  const { noteId } = await engine.notes.create.mutate({ projectId, title: 'Why v9', body: 'Because of calibration.' });
  await until(async () => (await engine.textSearch.find.query({ text: 'calibration' })).hits.length > 0);
  hers.body.insert(hers.body.length, `\nSee [the reason](note:${noteId.slice(0, 8)}).\n`);
  await window.line('now Why v9').waitFor();
  await window.command('Go to Line/Column');
  await window.page.keyboard.type('999');
  await window.page.keyboard.press('Enter');
  await window.page.keyboard.type('@Mi');
  await window.page.locator('.suggest-widget.visible .monaco-list-row', { hasText: '@Mira' }).waitFor();
  await window.snap('note-links');
  await window.page.keyboard.press('Enter');
  await until(async () => (await text()).endsWith('@Mira '));
  await window.command('Benchmate: Open a Note');
  await window.input.locator('input').first().fill('calibration');
  await window.offered('Because of calibration.').click();
  await window.page.locator('.tabs-container .tab.active', { hasText: 'Why v9.md' }).waitFor();
  await window.line('Because of calibration.').waitFor();
  await window.page.locator('.tabs-container .tab', { hasText: 'Ship v9.md' }).click();
  // The window takes a press for a link's once it knows where the pointer is.
  await until(async () => {
    await window
      .line('the reason')
      .locator('.detected-link')
      .first()
      .click({ modifiers: ['ControlOrMeta'], timeout: 3000 });
    const opened = window.page.locator('.tabs-container .tab.active', { hasText: 'Why v9.md' });
    await opened.waitFor({ timeout: 3000 });
    return true;
  }, 30_000);
  await window.command('Benchmate: Show What Mentions This Note');
  await window
    .offered(/Ship v9/)
    .first()
    .click();
  await tab().waitFor();
});

test('Follow goes where a teammate goes, to a file, a note’s section, and says what is not here; going oneself ends it', async () => {
  const look = (place: Parameters<typeof mira.client.presence.look.mutate>[0]['place']) =>
    mira.client.presence.look.mutate({ surface: 'hers', place });
  const nowhere = { metric: null, step: null, section: null, file: null };
  const lineIs = (line: number) => window.page.locator('.statusbar-item', { hasText: `Ln ${line}, Col 1` }).waitFor();
  await look({ ...nowhere, title: 'MODEL_CARD.md', path: null, file: { projectId, path: 'MODEL_CARD.md', line: 2 } });
  const row = window.row('Team', /Mira.*looks at MODEL_CARD\.md · line 3/);
  await row.waitFor();
  await row.hover();
  await row.getByRole('button', { name: 'Follow a Teammate' }).click();
  await window.page.locator('.tabs-container .tab.active', { hasText: 'MODEL_CARD.md' }).waitFor();
  await lineIs(3);
  await status('Following Mira · Stop').waitFor();
  await window.row('Team', /Mira.*you follow them/).waitFor();

  hers.body.insert(hers.body.length, '\n\n## Evidence\n\nNone yet.\n');
  const section = 'Evidence';
  await look({ ...nowhere, title: 'Ship v9', path: `/notes/${note.noteId}`, section });
  await tab().waitFor();
  await until(async () => (await text()).includes(section));
  await lineIs((await text()).split('\n').indexOf('## Evidence') + 1);
  await window.snap('note-following');
  // What Ada is led to is told as what she looks at.
  const seen = async () => (await mira.client.presence.state.query()).present[0]?.place;
  await until(async () => (await seen())?.section === section && (await seen())?.path === `/notes/${note.noteId}`);

  await look({ ...nowhere, title: 'brisk-otter', path: `/runs/${'0'.repeat(32)}` });
  await window.notification('The run brisk-otter is on Mira’s device.').waitFor();
  await window.clearNotifications();
  await look({ ...nowhere, title: 'gone.py', path: null, file: { projectId, path: 'gone.py', line: 2 } });
  await window.notification('Mira looks at gone.py, which is not in your copy of churn.').waitFor();
  await window.clearNotifications();

  await window.openFile('MODEL_CARD.md');
  await status('Following Mira').waitFor({ state: 'detached' });
  await look({ ...nowhere, title: 'Ship v9', path: `/notes/${note.noteId}` });
  await window.row('Team', /Mira.*looks at Ship v9/).waitFor();
  await window.page.locator('.tabs-container .tab.active', { hasText: 'MODEL_CARD.md' }).waitFor();
  await window.row('Team', 'Notes').click();
  await window.row('Team', /Ship v9\s*Ada, /).click();
  await tab().waitFor();
  await window.snap('note-list');
});

test('whoever may only read sees hers arrive, and cannot write', async () => {
  await tab().waitFor();
  const { person } = (await engine.team.state.query()).me;
  await engine.team.setRole.mutate({ person: (await mira.client.team.state.query()).me.person, role: 'owner' });
  await until(async () => (await mira.client.team.state.query()).me.role === 'owner');
  await mira.client.team.setRole.mutate({ person, role: 'viewer' });
  await status('You may read this note, not write it').waitFor();
  const before = await text();
  hers.body.insert(0, 'For readers, too. ');
  await window.line('For readers, too.').waitFor();
  await window.goToLine(1);
  await window.page.keyboard.type('nothing');
  await window.snap('note-read-only');
  expect(await text()).toBe(`For readers, too. ${before}`);
});
