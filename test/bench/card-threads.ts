import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { connectEngine } from '@benchmate/shared/node/connect-engine';
import { EditorWindow } from '../support/editor-window.ts';
import { Editor, packagedExtension } from '../support/editor.ts';
import { packThreadExtension } from '../support/small-extension.ts';
import { until } from '../support/until.ts';
import { benchOptions } from './lib/options.ts';
import { line, median } from './lib/statistics.ts';
import { beginThreads, threads, versions, writeCard } from './lib/threaded-card.ts';

const limitMs = 300;
const card = 'MODEL_CARD.md';
/** What a window does after it was loaded. */
const settleMs = 3000;

/**
 * A card with threads that were begun on its earlier versions: from the moment that its tab shows in a window that has just
 * loaded, until the first thread stands in its margin. In turn, in the same run, the same card in a window with an extension
 * that has made one thread beforehand: sooner than that the editor draws none.
 */
export async function bench(): Promise<void> {
  const { rounds } = benchOptions({ rounds: 5, seconds: 1 });
  const home = mkdtempSync(join(tmpdir(), 'benchmate-card-'));
  const [dir, bareDir] = [join(home, 'project'), join(home, 'bare')];
  writeCard(dir);
  writeCard(bareDir);
  const bare = await Editor.open({ vsix: [await packThreadExtension(home, card)], folder: bareDir });
  const editor = await Editor.open({ vsix: [packagedExtension()], folder: dir });
  const engine = connectEngine(editor.dataDir);
  try {
    const [window, bareWindow] = [new EditorWindow(editor), new EditorWindow(bare)];
    await isReady(window);
    await beginThreads(engine);
    const [ours, floor]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      await bareWindow.page.reload();
      await bareWindow.command('View: Close All Editors');
      await setTimeout(settleMs);
      floor.push(await opened(bareWindow));
      await bareWindow.command('View: Close All Editors');
      await window.page.reload();
      await isReady(window);
      await setTimeout(settleMs);
      ours.push(await opened(window));
      await window.command('View: Close All Editors');
    }
    console.log(line('one thread that was there before, without Benchmate', floor, 'ms'));
    console.log(line(`${threads} threads on ${versions} versions`, ours, 'ms'));
    const [took, least] = [median(ours), median(floor)];
    console.log(`first thread ${took.toFixed(0)} ms after the tab, ${(took / least).toFixed(2)} times the editor's own ${least.toFixed(0)} ms (limit ${limitMs} ms): ${took <= limitMs ? 'kept' : 'MISSED'}`); // prettier-ignore
    if (took > limitMs) process.exitCode = 1;
  } finally {
    engine.close();
    await bare.close();
    await editor.close();
    rmSync(home, { recursive: true, force: true });
  }
}

async function isReady(window: EditorWindow): Promise<void> {
  await window.openContainer();
  await window.row('Team', 'Working alone').waitFor({ timeout: 60_000 });
}

/** Milliseconds from the frame that shows the card's tab to the one that shows a thread in its margin. */
async function opened(window: EditorWindow): Promise<number> {
  await window.page.evaluate(
    ([file, wanted]) => {
      const seen: { tab?: number; wanted?: number } = {};
      (globalThis as unknown as { seen: typeof seen }).seen = seen;
      const look = () => {
        const at = performance.now();
        if (document.querySelector(`.tabs-container .tab.active[data-resource-name="${file}"]`)) seen.tab ??= at;
        if (seen.tab !== undefined && document.querySelector(`.editor-group-container.active ${wanted}`))
          seen.wanted ??= at;
        if (seen.wanted === undefined) requestAnimationFrame(look);
      };
      look();
    },
    [card, '[class*="comment-thread"]'],
  );
  await window.openFile(card);
  return until(
    () =>
      window.page.evaluate(() => {
        const { seen } = globalThis as unknown as { seen: { tab?: number; wanted?: number } };
        return seen.tab === undefined || seen.wanted === undefined ? null : Math.max(1, seen.wanted - seen.tab);
      }),
    30_000,
  );
}
