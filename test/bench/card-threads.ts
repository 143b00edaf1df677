import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectEngine } from '@benchmate/shared/node/connect-engine';
import { EditorWindow } from '../support/editor-window.ts';
import { Editor, packagedExtension } from '../support/editor.ts';
import { until } from '../support/until.ts';
import { beginThreads, threads, versions, writeCard } from './lib/threaded-card.ts';

const limitMs = 300;

/**
 * A card with threads that were begun on its earlier versions: from the moment that its tab shows in a window that has just
 * loaded, until the first thread stands in its margin. In the same window, as the floor: the same for a file without threads.
 */
export async function bench(): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'benchmate-card-'));
  const dir = join(home, 'project');
  writeCard(dir);
  const editor = await Editor.open({ vsix: [packagedExtension()], folder: dir });
  const engine = connectEngine(editor.dataDir);
  try {
    const window = new EditorWindow(editor);
    await window.openContainer();
    await window.row('Team', 'Working alone').waitFor({ timeout: 60_000 });
    await beginThreads(engine);
    await window.page.reload();
    await window.openContainer();
    await window.row('Team', 'Working alone').waitFor({ timeout: 60_000 });
    await window.command('View: Close All Editors');
    const floor = await opened(window, 'OTHER.md', '.view-line');
    const took = await opened(window, 'MODEL_CARD.md', '[class*="comment-thread"]');
    console.log(`a file's first line: ${floor.toFixed(0)} ms after its tab`);
    const verdict = took <= limitMs ? 'kept' : 'MISSED';
    console.log(`a card with ${threads} threads on ${versions} versions: first thread ${took.toFixed(0)} ms after its tab (limit ${limitMs} ms): ${verdict}`); // prettier-ignore
    if (took > limitMs) process.exitCode = 1;
  } finally {
    engine.close();
    await editor.close();
    rmSync(home, { recursive: true, force: true });
  }
}

/** Milliseconds from the frame that shows a file's tab to the one that shows `selector` in its editor. */
async function opened(window: EditorWindow, name: string, selector: string): Promise<number> {
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
    [name, selector],
  );
  await window.openFile(name);
  return until(
    () =>
      window.page.evaluate(() => {
        const { seen } = globalThis as unknown as { seen: { tab?: number; wanted?: number } };
        return seen.tab === undefined || seen.wanted === undefined ? null : Math.max(1, seen.wanted - seen.tab);
      }),
    30_000,
  );
}
