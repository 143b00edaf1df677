import * as vscode from 'vscode';
import type { Draft } from '@benchmate/shared/domain/draft';
import { draftName } from '@benchmate/shared/domain/draft-name';
import { formatRelativeTime } from '@benchmate/shared/diff/quantity-format';

/** A draft's row in the Team view. */
export function draftItem(node: { draftId: string }, draft: Draft | undefined): vscode.TreeItem {
  if (!draft) return new vscode.TreeItem('No longer a draft');
  const item = new vscode.TreeItem(draftName(draft));
  item.id = `team.draft.${node.draftId}`;
  item.description = `begun ${formatRelativeTime(draft.createdAt, Date.now())}`;
  item.iconPath = new vscode.ThemeIcon(draft.target.kind === 'note' ? 'note' : 'comment-draft');
  item.contextValue = 'draft';
  item.tooltip = draft.body.slice(0, 500);
  item.accessibilityInformation = { label: `Draft ${draftName(draft)}, ${item.description}` };
  item.command = { command: 'benchmate.openDraft', title: 'Open Draft', arguments: [node] };
  return item;
}
