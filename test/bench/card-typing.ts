import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectEngine } from '@benchmate/shared/node/connect-engine';
import type { EngineClient } from '@benchmate/shared/protocol/engine';
import { EditorWindow } from '../support/editor-window.ts';
import { Editor, packagedExtension } from '../support/editor.ts';
import { line, median, percentile } from './lib/statistics.ts';
import { beginThreads, threads, writeCard } from './lib/threaded-card.ts';

const rounds = 5;
const keysPerRound = 40;
const commentsPerSecond = 20;

/**
 * From a key to the frame that shows it, in a card with hundreds of threads into which comments arrive all the time; in turn, in
 * the same run, in the same text in an editor without Benchmate.
 */
export async function bench(): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'benchmate-typing-'));
  const [dir, plainDir] = [join(home, 'project'), join(home, 'plain')];
  writeCard(dir);
  writeCard(plainDir);
  const editor = await Editor.open({ vsix: [packagedExtension()], folder: dir });
  const plain = await Editor.open({ vsix: [], folder: plainDir });
  const engine = connectEngine(editor.dataDir);
  try {
    const [window, plainWindow] = [new EditorWindow(editor), new EditorWindow(plain)];
    await window.openContainer();
    await window.row('Team', 'Working alone').waitFor({ timeout: 60_000 });
    const threadIds = await beginThreads(engine);
    for (const each of [window, plainWindow]) await openCard(each);
    await window.page.locator('.editor-group-container.active [class*="comment-thread"]').first().waitFor();
    const withComments: number[] = [];
    const without: number[] = [];
    const rates: number[] = [];
    for (let round = 0; round < rounds; round++) {
      without.push(...(await type(plainWindow)));
      const arriving = commentsOn(engine, threadIds);
      withComments.push(...(await type(window)));
      rates.push(await arriving.stop());
    }
    console.log(line('key to screen, without Benchmate', without, 'ms'));
    console.log(line(`with ${threads} threads, ${median(rates).toFixed(0)} comments/s`, withComments, 'ms'));
    const [p99, plainP99] = [percentile(withComments, 99), percentile(without, 99)];
    console.log(`p99 ${p99.toFixed(0)} ms, without Benchmate ${plainP99.toFixed(0)} ms: ${(p99 / plainP99).toFixed(2)} times (goal: unchanged)`); // prettier-ignore
  } finally {
    engine.close();
    await plain.close();
    await editor.close();
    rmSync(home, { recursive: true, force: true });
  }
}

async function openCard(window: EditorWindow): Promise<void> {
  await window.openFile('MODEL_CARD.md');
  await window.goToLine(5);
  await window.line('Finding number 1').first().click();
  await window.page.keyboard.press('End');
  await window.page.evaluate(() => {
    const seen: number[] = [];
    (globalThis as unknown as { seen: number[] }).seen = seen;
    let pressed: number | undefined;
    addEventListener('keydown', ({ timeStamp, key }) => void (key === 'x' && (pressed = timeStamp)), true);
    const lines = document.querySelector('.editor-group-container.active .view-lines')!;
    const changed = () => {
      const from = pressed;
      pressed = undefined;
      if (from !== undefined)
        requestAnimationFrame(() => requestAnimationFrame(() => seen.push(performance.now() - from)));
    };
    new MutationObserver(changed).observe(lines, { subtree: true, childList: true, characterData: true });
  });
}

/** Milliseconds from each key to the frame after the one that draws it. */
async function type({ page }: EditorWindow): Promise<number[]> {
  for (let i = 0; i < keysPerRound; i++) {
    await page.keyboard.press('x');
    await page.waitForFunction(count => (globalThis as unknown as { seen: number[] }).seen.length >= count, i + 1, {
      polling: 'raf',
    });
  }
  return page.evaluate(() => (globalThis as unknown as { seen: number[] }).seen.splice(0));
}

/** Sends at a rate, but no further one while ten wait: an engine that cannot keep up makes the rate smaller, not the queue longer. */
function commentsOn(engine: EngineClient, threadIds: readonly string[]): { stop: () => Promise<number> } {
  const began = performance.now();
  const waiting = new Set<Promise<unknown>>();
  let sent = 0;
  const timer = setInterval(() => {
    if (waiting.size >= 10) return;
    const threadId = threadIds[(sent * 37) % threadIds.length]!;
    const reply = engine.reviews.reply.mutate({ threadId, body: `One more word, number ${sent++}.` });
    const settled = reply.finally(() => waiting.delete(settled));
    waiting.add(settled);
  }, 1000 / commentsPerSecond);
  return {
    stop: async () => {
      clearInterval(timer);
      const perSecond = (sent / (performance.now() - began)) * 1000;
      await Promise.all(waiting);
      return perSecond;
    },
  };
}
