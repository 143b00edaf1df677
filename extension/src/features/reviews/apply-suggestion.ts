import * as vscode from 'vscode';
import type { Thread } from '@benchmate/shared/domain/review';
import { suggestedEdit, suggestionIn } from '@benchmate/shared/documents/suggestion';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { EngineClient } from '@benchmate/shared/protocol/engine';

/**
 * Makes the change that the last suggestion of a thread is, as an edit that can be undone, says so in the thread and resolves it.
 * `uri`: the document that the thread stands in, which may be a cell of a notebook.
 */
export async function applySuggestion(client: EngineClient, { threadId, anchor, comments }: Thread, uri: vscode.Uri) {
  const comment = comments.findLast(({ body }) => suggestionIn(body) !== null);
  if (!comment) throw new BenchmateError('NOT_FOUND', 'Nothing is suggested in this thread.');
  const document = await vscode.workspace.openTextDocument(uri);
  const { start, end, after } = suggestedEdit(document.getText(), anchor, suggestionIn(comment.body)!);
  const change = new vscode.WorkspaceEdit();
  change.replace(uri, new vscode.Range(document.positionAt(start), document.positionAt(end)), after);
  if (!(await vscode.workspace.applyEdit(change)))
    throw new BenchmateError('CONFLICT', 'The editor did not take the change.', 'The file may be read-only.');
  await client.reviews.reply.mutate({ threadId, body: `Applied the suggestion of ${comment.author.name}.` });
  await client.reviews.resolve.mutate({ threadId, resolved: true });
}
