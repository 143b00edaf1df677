import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, onTestFailed, test } from 'vitest';
import { isAlive, readEndpoint } from '@benchmate/shared/node/find-engine';
import { EditorWindow } from '../support/editor-window.ts';
import { Editor, endEngine, packagedExtension } from '../support/editor.ts';
import { until } from '../support/until.ts';

// An editor without a folder: what somebody sees who has just installed the extension and tries everything.
const folder = mkdtempSync(join(tmpdir(), 'nothing-'));
let editor: Editor;
let window: EditorWindow;

beforeAll(async () => {
  editor = await Editor.open({ vsix: [packagedExtension()] });
  window = new EditorWindow(editor);
});

beforeEach(() => onTestFailed(({ task }) => window.photographFailure(task.name)));

afterAll(async () => {
  await editor?.close();
  rmSync(folder, { recursive: true, force: true });
});

const project = 'There is no project in this window: no folder has a benchmate.yaml.';
const noModel = 'No model is registered here yet.';
/** What each command answers where nothing is open: a question, or a sentence. */
const answers: Record<string, { asks?: string; says?: string; button?: string }> = {
  'Comment on Cell': { says: 'No cell of a notebook is chosen.' },
  'Compare Model Card': { says: project, button: 'New Project' },
  'Compare with Baseline': { says: project, button: 'New Project' },
  'Connect to Sync Server': { asks: 'Address of your team’s sync server' },
  'Discard Draft': { says: 'You have no draft.' },
  'Export Bundle': { asks: 'Export Bundle' },
  'Filter Runs': { asks: 'Part of the name' },
  'Follow a Teammate': { says: 'No teammate is here now.' },
  'Go to What a Teammate Looks At': { says: 'No teammate is here now.' },
  'Import Bundle': { asks: 'Import Bundle' },
  'Invite a Teammate': { asks: 'Address of your team’s sync server' },
  'Join a Team': { asks: 'The invite that a teammate sent you' },
  'New Project': { asks: 'Tabular classification' },
  'Open a Note': { says: 'There is no note yet.' },
  'Open Companion': { says: 'the engine answers to its own address alone' },
  'Open Draft': { says: 'You have no draft.' },
  'Pin as Baseline': { says: project, button: 'New Project' },
  'Publish Draft': { says: 'You have no draft.' },
  'Read Git Snapshot': { says: project, button: 'New Project' },
  'Run Training': { says: project, button: 'New Project' },
  'Search Notes and Comments': { asks: 'Search Notes and Comments' },
  'Share Run with the Team': { says: project, button: 'New Project' },
  'Show or Hide My Presence': { says: 'Teammates no longer see what you look at.' },
  'Show Inbox': { says: 'Nothing waits for you.' },
  'Show Job Log': { says: 'No job has run here yet.' },
  'Show Quick Actions': { asks: 'Invite a Teammate' },
  'Show Threads on Cell': { says: 'No cell of a notebook is chosen.' },
  'Suggest a Change': { says: 'No text of a project is open.' },
  'Stop Job': { says: 'No job is running or queued.' },
  'Unpin Baseline': { says: project, button: 'New Project' },
  'Withdraw Invite': { says: 'No invite is open.' },
  'Write a Note': { says: project, button: 'New Project' },
  'Write Git Snapshot': { says: project, button: 'New Project' },
  'Approve a Model Version': { says: noModel },
  'Ask for a Review': { says: noModel },
  'Comment on a Model Version': { says: noModel },
  'Decline a Review': { says: noModel },
  'Look at What Changed in a Model Version': { says: noModel },
  'Open a Model Version in the Companion': { says: noModel },
  'Promote a Model Version': { says: noModel },
  'Request Changes to a Model Version': { says: noModel },
  'Review a Model Version': { says: noModel },
  'Take Back a Review Request': { says: noModel },
  'Review a File': { says: 'No file of a project is open here.' },
  'Hold a Session on a Model Version': { says: noModel },
  'Write a Decision Record on a Model': { says: noModel },
  'Show Models as They Were': { asks: 'Like 2026-03-14 09:00' },
};

test('the walkthrough shows a picture with every step, and each step’s button does what it says', async () => {
  await window.command('Benchmate: Get Started');
  const steps = window.page.locator('.gettingStartedSlideDetails');
  await steps.getByRole('heading', { name: 'Get started with Benchmate' }).waitFor();
  const walk = [
    ['Start from something that runs', 'New Project', 'Tabular classification', 'what your team reviews'],
    ['Train, and watch runs arrive', 'Run Training', project, 'baseline'],
    ['Pin a baseline, change a param', 'Pin as Baseline', project, '· val_loss −0.031'],
    ['Review the model card together', 'Invite a Teammate', 'Address of your team’s sync server', 'Which slice'],
  ] as const;
  for (const [index, [title, button, answer, drawn]] of walk.entries()) {
    const step = steps.locator('.getting-started-step', { hasText: title });
    if ((await step.getAttribute('aria-expanded')) !== 'true') await step.click();
    await step.getByRole('button', { name: button }).waitFor();
    const picture = steps.frameLocator('.getting-started-media iframe').frameLocator('#active-frame').locator('svg');
    await picture.getByText(drawn).first().waitFor();
    if (index === 0) await window.photograph('walkthrough');
    else await window.snap(`walkthrough-${index + 1}`);
    await expect.poll(() => step.getByRole('checkbox').getAttribute('aria-checked')).toBe('false');
    await step.getByRole('button', { name: button }).click();
    await window.page.getByText(answer).first().waitFor();
    await window.dismiss();
    await window.clearNotifications();
    await expect.poll(() => step.getByRole('checkbox').getAttribute('aria-checked')).toBe('true');
  }
  await window.snap('walkthrough-done');
});

test('the palette offers every command that can be of use here, and no other', async () => {
  const { contributes } = JSON.parse(readFileSync('extension/package.json', 'utf8')) as {
    contributes: { commands: { title: string; command: string }[]; menus: { commandPalette: { command: string }[] } };
  };
  const hidden = new Set(contributes.menus.commandPalette.map(({ command }) => command));
  const always = contributes.commands.filter(({ command }) => !hidden.has(command)).map(({ title }) => title);
  const tried = new Set([...Object.keys(answers), 'Get Started', 'Show Log']);
  expect(always.filter(title => !tried.has(title))).toEqual([]);
  for (const title of ['Pause Sync', 'Resume Sync', 'Start Engine', 'Choose a Version', 'Clear Runs Filter'])
    expect(await window.offers(`Benchmate: ${title}`)).toBe(false);
});

test.for(Object.entries(answers))(
  'with nothing open, %s says what it needs',
  async ([title, { asks, says, button }]) => {
    await window.command(`Benchmate: ${title}`);
    if (asks) await window.input.getByText(asks).first().waitFor();
    if (says) await window.notification(says).waitFor();
    if (button) await window.notification(says!).getByRole('button', { name: button }).waitFor();
    await window.dismiss();
    await window.clearNotifications();
  },
);

test('the engine is killed: the next command works with the one that takes its place', async () => {
  const { pid } = (await readEndpoint(editor.dataDir))!;
  process.kill(pid, 'SIGKILL');
  await until(() => !isAlive(pid));
  await window.command('Benchmate: New Project');
  await window.input.getByText('Tabular classification').waitFor({ timeout: 30_000 });
  await window.dismiss();
  expect((await readEndpoint(editor.dataDir))!.pid).not.toBe(pid);
});

test('no engine can be started: the view says why with a way out, and so does every command', async () => {
  await endEngine(editor.dataDir);
  rmSync(editor.dataDir, { recursive: true, force: true, maxRetries: 10 });
  writeFileSync(editor.dataDir, 'a file where the data folder should be');
  const reason = `Benchmate’s engine cannot keep its data in ${editor.dataDir}: a part of that path is a file. Choose another data folder`;
  await window.openContainer();
  for (const [title, { says }] of Object.entries(answers)) {
    if (['Show Quick Actions', 'Compare Model Card', 'Run Training', 'Unpin Baseline'].includes(title)) continue;
    // All of them ask for a version first, in the same way.
    if (says === noModel && title !== 'Review a Model Version') continue;
    await window.command(`Benchmate: ${title}`);
    if (title === 'Filter Runs') await window.answer('Part of the name', 'otter');
    await window.notification(reason).first().waitFor();
    expect(says && (await window.notification(says).count())).toBeFalsy();
    await window.clearNotifications();
  }
  await window.view('Runs').getByText(reason).waitFor();
  await window.row('Runs', 'Show Log').waitFor();
  await window.photograph('engine-cannot-start');
  rmSync(editor.dataDir);
  await window.row('Runs', 'Try Again').click();
  await window.view('Runs').getByText('Nothing has been logged here yet.').waitFor({ timeout: 30_000 });
  await window.photograph('nothing-open');
});
