import * as vscode from 'vscode';
import type { Draft } from '@benchmate/shared/domain/draft';
import { draftName } from '@benchmate/shared/domain/draft-name';
import { formatRelativeTime } from '@benchmate/shared/diff/quantity-format';
import type { EngineClient } from '@benchmate/shared/protocol/engine';
import { confirm } from '../../host/confirm.ts';
import type { Commands, Part } from '../../host/part.ts';
import { DraftFiles, draftScheme, draftUri } from './draft-files.ts';
import type { DraftsCache } from './drafts-cache.ts';

/** A row of the Team view; none from the palette. */
interface Row {
  draftId: string;
}

/** Opening, publishing and throwing away drafts. */
export function startDrafts(part: Part & { drafts: DraftsCache }): Commands {
  const { context, engine } = part;
  const files = vscode.workspace.registerFileSystemProvider(draftScheme, new DraftFiles(part), {
    isCaseSensitive: true,
  });
  context.subscriptions.push(files);

  const pick = async (title: string, row: Row | undefined): Promise<{ draft: Draft; client: EngineClient } | null> => {
    const { client } = await engine.session();
    const drafts = await client.drafts.list.query({});
    const wanted = row && drafts.find(({ draftId }) => draftId === row.draftId);
    if (drafts.length === 0) void vscode.window.showInformationMessage('You have no draft.');
    if (wanted || drafts.length === 0) return wanted ? { draft: wanted, client } : null;
    const rows = drafts.map(draft => ({
      label: draftName(draft),
      description: `begun ${formatRelativeTime(draft.createdAt, Date.now())}`,
      detail: firstLine(draft),
      draft,
    }));
    const chosen = await vscode.window.showQuickPick(rows, { title, placeHolder: 'Which draft?' });
    return chosen ? { draft: chosen.draft, client } : null;
  };
  /** What is typed and not saved would be left behind. */
  const save = async (draft: Draft) => {
    const uri = draftUri(draft).toString();
    await vscode.workspace.textDocuments.find(open => open.uri.toString() === uri)?.save();
  };

  return {
    openDraft: async (row?: Row) => {
      const picked = await pick('Open Draft', row);
      if (picked) await vscode.window.showTextDocument(draftUri(picked.draft));
    },
    publishDraft: async (row?: Row) => {
      const picked = await pick('Publish Draft', row);
      if (!picked) return;
      const { draft, client } = picked;
      const question = `Publish “${draftName(draft)}”?`;
      if (!(await confirm(question, 'The team sees its present text, under your name.', 'Publish'))) return;
      await save(draft);
      await client.drafts.publish.mutate({ draftId: draft.draftId });
      await close(draft);
      void vscode.window.showInformationMessage(`“${draftName(draft)}” is the team’s now.`);
    },
    discardDraft: async (row?: Row) => {
      const picked = await pick('Discard Draft', row);
      if (!picked) return;
      const { draft, client } = picked;
      const question = `Throw “${draftName(draft)}” away?`;
      if (!(await confirm(question, 'It is on this device alone: nobody has another copy.', 'Throw Away'))) return;
      await save(draft); // or the editor would ask what is to become of it
      await close(draft);
      await client.drafts.discard.mutate({ draftId: draft.draftId });
    },
  };
}

/** Its tab would show a file that is not there. */
async function close(draft: Draft): Promise<void> {
  const uri = draftUri(draft).toString();
  const shows = ({ input }: vscode.Tab) => input instanceof vscode.TabInputText && input.uri.toString() === uri;
  const tabs = vscode.window.tabGroups.all.flatMap(group => group.tabs.filter(shows));
  if (tabs.length > 0) await vscode.window.tabGroups.close(tabs);
}

const firstLine = ({ body }: Draft): string => body.trim().split('\n')[0]?.slice(0, 100) ?? '';
