import * as vscode from 'vscode';
import { inboxIcons } from '@benchmate/shared/domain/inbox-icons';
import { inboxPath } from '@benchmate/shared/domain/companion-path';
import type { InboxItem } from '@benchmate/shared/domain/inbox';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Commands, Part } from '../../host/part.ts';
import { openThread } from '../reviews/open-thread.ts';
import type { InboxCache } from './inbox-cache.ts';
import { inboxTime } from './inbox-rows.ts';

/** A row of the Team view. */
interface Row {
  itemId: string;
}

/** `Show Inbox`; going to where an item is dealt with; putting one away. */
export function startInbox({ engine, projects, inbox }: Part & { inbox: InboxCache }): Commands {
  const find = (row: Row | undefined): InboxItem => {
    const item = row && inbox.get(row.itemId);
    if (!item) throw new BenchmateError('NOT_FOUND', 'It does not wait for you any more.');
    return item;
  };
  const open = async ({ kind, place }: InboxItem): Promise<void> => {
    const run = (command: string, ...args: unknown[]) =>
      vscode.commands.executeCommand(`benchmate.${command}`, ...args);
    if (kind === 'contested' && place.kind === 'model' && place.alias !== null)
      await run('resolveContested', { model: place.model, alias: place.alias });
    else if (kind === 'invite') await run('invite');
    else if (kind === 'not-shared') await run((await isPaused()) ? 'resumeSync' : 'connectServer');
    else if (place.kind === 'model') await run('showVersion', place);
    else if (place.kind === 'note') await run('openNote', place.noteId);
    else if (place.kind === 'file' && projects.all.some(({ projectId }) => projectId === place.projectId))
      await run('reviewFile', place);
    else if (place.kind !== 'thread' || !(await openThread(projects, place)))
      await run('openCompanion', inboxPath(place));
  };
  const isPaused = async () => (await (await engine.session()).client.team.state.query()).sync.state === 'paused';

  return {
    showInbox: async () => {
      await engine.session();
      if (inbox.items.length === 0) {
        void vscode.window.showInformationMessage('Nothing waits for you.');
        return;
      }
      const now = Date.now();
      const rows = inbox.items.map(item => ({
        label: `$(${inboxIcons[item.kind]}) ${item.sentence}`,
        description: inboxTime(item, now),
        detail: [item.next, ...item.evidence].join(' '),
        item,
      }));
      const chosen = await vscode.window.showQuickPick(rows, {
        title: 'Inbox',
        placeHolder: 'What waits for you, most pressing first',
        matchOnDetail: true,
      });
      if (chosen) await open(chosen.item);
    },
    openInboxItem: (row?: Row) => open(find(row)),
    dismissInboxItem: async (row?: Row) => {
      const { itemId } = find(row);
      const { client } = await engine.session();
      await client.inbox.dismiss.mutate({ itemId });
    },
  };
}
