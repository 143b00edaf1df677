import * as vscode from 'vscode';
import { hitPath } from '@benchmate/shared/domain/companion-path';
import type { TextHit } from '@benchmate/shared/domain/text-hit';
import type { Commands, Part } from '../../host/part.ts';
import { openThread } from '../reviews/open-thread.ts';

const pauseMs = 120;

interface Row extends vscode.QuickPickItem {
  hit: TextHit;
}

/** `Search Notes and Comments`: by their words, as they are typed. */
export function startSearch({ engine, projects, report }: Part): Commands {
  const open = async ({ hit }: Row): Promise<void> => {
    const { client } = await engine.session();
    if (hit.kind === 'comment') {
      const threads = await client.reviews.threads.query({ projectId: hit.projectId });
      const thread = threads.find(({ threadId }) => threadId === hit.threadId);
      if (thread && (await openThread(projects, { ...thread, line: thread.anchor.line }))) return;
    }
    if (hit.kind === 'note') await vscode.commands.executeCommand('benchmate.openNote', hit.itemId);
    else await vscode.commands.executeCommand('benchmate.openCompanion', hitPath(hit));
  };
  return {
    searchText: async () => {
      const { client } = await engine.session();
      const pick = vscode.window.createQuickPick<Row>();
      pick.title = 'Search Notes and Comments';
      pick.placeholder = 'Words, "a phrase", begin*';
      let asking = new AbortController();
      pick.onDidChangeValue(async text => {
        asking.abort();
        const { signal } = (asking = new AbortController());
        await new Promise(resolve => setTimeout(resolve, pauseMs));
        if (signal.aborted) return;
        pick.busy = true;
        try {
          const { hits } = await client.textSearch.find.query({ text, typing: true, limit: 50 }, { signal });
          if (!signal.aborted) pick.items = hits.map(rowOf);
        } catch (error) {
          if (!signal.aborted) await report.error(error);
        } finally {
          if (!signal.aborted) pick.busy = false;
        }
      });
      pick.onDidAccept(() => {
        const [row] = pick.selectedItems;
        pick.hide();
        if (row) void open(row).catch(error => report.error(error));
      });
      pick.onDidHide(() => {
        asking.abort();
        pick.dispose();
      });
      pick.show();
    },
  };
}

/** What was found stands there already: the editor's own filter has nothing to leave out. */
const rowOf = (hit: TextHit): Row => ({
  label: `$(${hit.kind === 'note' ? 'note' : 'comment'}) ${hit.title}`,
  description: hit.author.name,
  detail: hit.snippet.map(({ text }) => text).join(''),
  alwaysShow: true,
  hit,
});
