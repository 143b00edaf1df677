import * as vscode from 'vscode';
import type { NewAnchor } from '@benchmate/shared/domain/thread-anchor';
import { newSuggestion } from '@benchmate/shared/documents/suggestion';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { anchorFor } from './place.ts';

/** A comment that is being written: nothing of it is with the engine. */
export interface WrittenSuggestion extends vscode.Comment {
  widget: vscode.CommentThread;
  anchor: NewAnchor;
}

/** Opens a comment on the selected lines that begins as a suggestion to write what stands there, ready to be changed. */
export function beginSuggestion(controller: vscode.CommentController, editor: vscode.TextEditor): void {
  const { document, selection } = editor;
  const { start, end } = selection;
  // Whole lines that are selected end at the beginning of the next one.
  const lastLine = end.line > start.line && end.character === 0 ? end.line - 1 : end.line;
  const anchor = anchorFor(document.getText(), start.line, lastLine);
  if (anchor.quote.trim() === '')
    throw new BenchmateError('BAD_REQUEST', 'The selected lines are empty.', 'Select the text that should change.');
  const range = new vscode.Range(start.line, 0, lastLine, 0);
  const widget = controller.createCommentThread(document.uri, range, []);
  const comment: WrittenSuggestion = {
    widget,
    anchor,
    author: { name: 'Suggest a change' },
    body: newSuggestion(anchor.quote).text,
    mode: vscode.CommentMode.Editing,
    contextValue: 'suggestion',
  };
  widget.label = `Line ${start.line + 1}`;
  widget.contextValue = 'suggestion';
  widget.canReply = false;
  widget.comments = [comment];
  widget.collapsibleState = vscode.CommentThreadCollapsibleState.Expanded;
  // The box opens below the lines, and the editor does not go there by itself.
  editor.revealRange(range, vscode.TextEditorRevealType.AtTop);
}

export const writtenText = ({ body }: WrittenSuggestion): string => (typeof body === 'string' ? body : body.value);
