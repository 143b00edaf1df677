import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, onTestFailed, test } from 'vitest';
import { makeAnchor } from '@benchmate/shared/documents/anchor';
import { connectEngine } from '@benchmate/shared/node/connect-engine';
import { readEndpoint } from '@benchmate/shared/node/find-engine';
import { EditorWindow } from '../support/editor-window.ts';
import { Editor, packagedExtension } from '../support/editor.ts';

// An editor on the person's own machine: what it opens appears in their browser, at its own address.
const dir = mkdtempSync(join(tmpdir(), 'companion-'));
/** Addresses of the pages that were opened, as they were before a page changed its own. */
const opened: string[] = [];
const asked: string[] = [];
const params = 'seed: 1\nmodel:\n  lr: 0.01\n';
let editor: Editor;
let window: EditorWindow;

beforeAll(async () => {
  writeFileSync(join(dir, 'benchmate.yaml'), 'id: churn-abcdef12\nname: churn\n');
  writeFileSync(join(dir, 'params.yaml'), params);
  editor = await Editor.open({ vsix: [packagedExtension()], folder: dir, proxied: false });
  window = new EditorWindow(editor);
  const context = editor.page.context();
  await context.exposeFunction('addressOfPage', (url: string) => void opened.push(url));
  await context.addInitScript('globalThis.addressOfPage(location.href)');
  context.on('request', request => asked.push(request.url()));
});

beforeEach(() => onTestFailed(({ task }) => window.photographFailure(task.name)));

afterAll(async () => {
  await editor?.close();
  rmSync(dir, { recursive: true, force: true });
});

test('Open Companion opens the engine’s own pages, signed in, with nothing secret in what a server or a log sees', async () => {
  await window.openContainer();
  await window.view('Runs').getByText('This project has no runs yet.').waitFor({ timeout: 60_000 });
  const { url, token } = (await readEndpoint(editor.dataDir))!;
  const companion = editor.page.context().waitForEvent('page');
  await window.command('Benchmate: Open Companion');
  const page = await companion;
  await page.getByRole('heading', { name: 'Runs' }).waitFor();
  await page.getByText('Nothing has been logged here yet.').waitFor();
  expect(page.url()).toBe(`${url}/runs`);
  expect(opened[0]).toMatch(new RegExp(`^${url}/open#[\\w-]{20,}/$`));
  const code = new URL(opened[0]!).hash.slice(1, -1);
  for (const address of asked) {
    expect(address).not.toContain(code);
    expect(address).not.toContain(token);
  }
  expect(opened.join()).not.toContain(token);
  await page.screenshot({ path: window.pictureOf('companion-opened') });
  await page.close();
});

test('the link works once: whoever finds it later is told so', async () => {
  const stranger = await editor.page.context().browser()!.newContext();
  const page = await stranger.newPage();
  await page.goto(opened[0]!);
  await page.getByText('The link was used already or is too old.').waitFor();
  await page.getByText('Open the companion again.').waitFor();
  expect((await stranger.cookies()).length).toBe(0);
  await page.screenshot({ path: window.pictureOf('companion-used-link') });
  await stranger.close();
});

test('a second time opens a second page with a link of its own', async () => {
  const again = editor.page.context().waitForEvent('page');
  await window.command('Benchmate: Open Companion');
  await (await again).getByRole('heading', { name: 'Runs' }).waitFor();
  expect(new Set(opened).size).toBe(opened.length);
});

test('a teammate’s link shows the thread where its text stands, a model, a note; any other is refused in words', async () => {
  const client = connectEngine(editor.dataDir);
  const start = params.indexOf('lr: 0.01');
  const anchor = makeAnchor(params, { start, end: start + 8 });
  const projectId = 'churn-abcdef12';
  const begun = await client.reviews.start.mutate({ projectId, path: 'params.yaml', anchor, body: 'Too fast?' });
  const note = await client.notes.create.mutate({ projectId, title: 'Ship it?', body: 'Yes.\n' });
  await client.registry.register.mutate({ model: 'churn', runId: null, source: 's3://bucket/churn' });
  client.close();
  const follow = async (link: string) => {
    await window.command('Developer: Open URL');
    await window.answer('URL to open', `vscode://benchmate.benchmate/${link}`);
    const asks = editor.page.locator('.monaco-dialog-box', { hasText: 'Benchmate' });
    await asks.getByRole('button', { name: 'Open' }).click();
  };
  await follow(`threads/${projectId}/${begun.threadId}`);
  await editor.page.locator('.tabs-container .tab.active', { hasText: 'params.yaml' }).waitFor();
  await editor.page.getByText('Ln 3, Col 1').waitFor();
  await editor.page.screenshot({ path: window.pictureOf('link-thread') });
  await follow(`notes/${note.noteId}`);
  await editor.page.locator('.tabs-container .tab.active', { hasText: 'Ship it?' }).waitFor();
  await follow('models/churn/v1');
  await window.row('Models', 'v1').waitFor();
  await editor.page.screenshot({ path: window.pictureOf('link-model') });
  for (const link of ['command:workbench.action.quit', 'threads/churn-abcdef12/etc/passwd']) {
    await follow(link);
    await window.notification('This link leads to nothing that Benchmate shows.').first().waitFor();
    await window.clearNotifications();
  }
});
