import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, onTestFailed, test } from 'vitest';
import { EditorWindow } from '../support/editor-window.ts';
import { Editor, packagedExtension } from '../support/editor.ts';

const dir = mkdtempSync(join(tmpdir(), 'restricted-'));
let editor: Editor;
let window: EditorWindow;

beforeAll(async () => {
  writeFileSync(join(dir, 'benchmate.yaml'), 'id: churn-abcdef12\nname: churn\n');
  writeFileSync(join(dir, 'params.yaml'), 'lr: 0.01\n');
  editor = await Editor.open({ vsix: [packagedExtension()], folder: dir, trusted: false });
  window = new EditorWindow(editor);
});

beforeEach(() => onTestFailed(({ task }) => window.photographFailure(task.name)));

afterAll(async () => {
  await editor?.close();
  rmSync(dir, { recursive: true, force: true });
});

test('in Restricted Mode the views say so, and no engine is started', async () => {
  await window.openContainer();
  await window.view('Runs').getByText('This folder is open in Restricted Mode').waitFor();
  await window.photograph('restricted');
  expect(existsSync(join(editor.dataDir, 'endpoint.json'))).toBe(false);
});

test('the palette offers nothing that runs or starts something', async () => {
  const offered = await window.searchCommand('Benchmate: ', 'Benchmate: Show Log');
  for (const title of ['Run Training', 'New Project', 'Start Engine', 'Pin as Baseline', 'Stop Job'])
    expect(offered).not.toContain(`Benchmate: ${title}`);
  await window.page.keyboard.press('Escape');
});

test('trusting the folder starts the engine and shows the project', async () => {
  await window.view('Runs').getByRole('button', { name: 'Manage Workspace Trust' }).click();
  await window.page.locator('.workspace-trust-editor').getByRole('button', { name: 'Trust', exact: true }).click();
  await window.view('Runs').getByText('This project has no runs yet.').waitFor({ timeout: 60_000 });
  expect(existsSync(join(editor.dataDir, 'endpoint.json'))).toBe(true);
});
