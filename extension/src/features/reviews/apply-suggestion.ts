import * as vscode from 'vscode';
import type { Comment, Thread } from '@benchmate/shared/domain/review';
import { suggestedEdit, suggestionIn } from '@benchmate/shared/documents/suggestion';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { EngineClient } from '@benchmate/shared/protocol/engine';

/** Makes the change that the last suggestion of a thread is, as an edit that can be undone, and settles the thread. */
export async function applySuggestion(client: EngineClient, thread: Thread, document: vscode.TextDocument) {
  const comment = thread.comments.findLast(({ body }) => suggestionIn(body) !== null);
  if (!comment) throw new BenchmateError('NOT_FOUND', 'Nothing is suggested in this thread.');
  if (!(await vscode.workspace.applyEdit(suggestedChange(document, thread, comment).edit)))
    throw new BenchmateError('CONFLICT', 'The editor did not take the change.', 'The file may be read-only.');
  await settle(client, thread.threadId, comment.author.name);
}

/** `document`: what the thread stands in, which may be a cell of a notebook. CONFLICT where the text has changed since. */
export function suggestedChange(
  document: vscode.TextDocument,
  { anchor }: Thread,
  { body }: Comment,
): { edit: vscode.WorkspaceEdit; range: vscode.Range; after: string } {
  const { start, end, after } = suggestedEdit(document.getText(), anchor, suggestionIn(body) ?? '');
  const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, range, after);
  return { edit, range, after };
}

/** Says in the thread whose suggestion was applied, and resolves it. */
export async function settle(client: EngineClient, threadId: string, author: string): Promise<void> {
  await client.reviews.reply.mutate({ threadId, body: `Applied the suggestion of ${author}.` });
  await client.reviews.resolve.mutate({ threadId, resolved: true });
}
