import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectEngine } from '@benchmate/shared/node/connect-engine';
import { EditorWindow } from '../support/editor-window.ts';
import { Editor, packagedExtension } from '../support/editor.ts';
import { openTeamBench, type Device } from '../support/team.ts';
import { until } from '../support/until.ts';
import { line, percentile } from './lib/statistics.ts';

const comments = 50;
const limitMs = 300;

/**
 * A teammate's comment, from the call at the teammate's engine until its text stands in the comment widget of a real editor
 * window that carries the packaged extension. In the same run, as the floor: a text that the page itself inserts, seen in the
 * same way.
 */
export async function bench(): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'benchmate-comment-'));
  const dir = join(home, 'project');
  mkdirSync(dir);
  writeFileSync(join(dir, 'benchmate.yaml'), 'id: comment-0a1b2c3d\nname: comment\n');
  writeFileSync(join(dir, 'MODEL_CARD.md'), '# Card\n\nA sentence that people talk about.\n');
  const team = await openTeamBench();
  const editor = await Editor.open({ vsix: [packagedExtension()], folder: dir });
  try {
    const window = new EditorWindow(editor);
    const teammate = await team.device('Mira');
    const { page } = window;
    await window.openContainer();
    await window.row('Team', 'Working alone').waitFor({ timeout: 60_000 });
    const threadId = await talk(window, editor, teammate, team.serverUrl);
    const arrive = (text: string) =>
      page.waitForFunction(wanted => document.querySelector('.review-widget')?.textContent.includes(wanted), text, {
        polling: 'raf',
      });
    const latency: number[] = [];
    const floor: number[] = [];
    for (let i = 0; i < comments; i++) {
      const body = `remark number ${i}.`;
      const sent = performance.now();
      await Promise.all([arrive(body), teammate.client.reviews.reply.mutate({ threadId, body })]);
      latency.push(performance.now() - sent);
      floor.push(await ownText(window, `floor ${i}.`));
    }
    console.log(line('comment, teammate to editor window', latency, 'ms'));
    console.log(line('text inserted by the page itself', floor, 'ms'));
    const p95 = percentile(latency, 95);
    console.log(`p95 ${p95.toFixed(0)} ms (limit ${limitMs} ms): ${p95 <= limitMs ? 'kept' : 'MISSED'}`);
    if (p95 > limitMs) process.exitCode = 1;
  } finally {
    await editor.close();
    await team.close();
    rmSync(home, { recursive: true, force: true });
  }
}

/** Starts a thread in the window, lets the teammate in, and answers the thread's id once it is there. */
async function talk(window: EditorWindow, editor: Editor, teammate: Device, serverUrl: string): Promise<string> {
  const engine = connectEngine(editor.dataDir);
  try {
    const projectId = await until(async () => (await engine.projects.list.query())[0]?.projectId);
    await window.openFile('MODEL_CARD.md');
    await window.goToLine(3);
    await window.command('Comments: Add Comment on Current Selection');
    const form = window.page.locator('.review-widget:visible');
    await form.locator('.monaco-editor').first().click();
    await window.page.keyboard.type('Is this so?');
    await form.getByRole('button', { name: 'Comment' }).click();
    await engine.team.connect.mutate({ serverUrl });
    const { link } = await until(() => engine.team.invite.mutate({ role: 'reviewer' }));
    await teammate.client.team.join.mutate({ link, name: 'Mira' });
    const threads = await until(async () => {
      const found = await teammate.client.reviews.threads.query({ projectId });
      return found.length > 0 && found;
    });
    return threads[0]!.threadId;
  } finally {
    engine.close();
  }
}

async function ownText({ page }: EditorWindow, text: string): Promise<number> {
  const seen = page.waitForFunction(wanted => document.querySelector('#floor')?.textContent === wanted, text, {
    polling: 'raf',
  });
  const sent = performance.now();
  await page.evaluate(value => {
    const place = document.querySelector('#floor') ?? document.body.appendChild(document.createElement('span'));
    place.id = 'floor';
    place.textContent = value;
  }, text);
  await seen;
  return performance.now() - sent;
}
