import * as vscode from 'vscode';
import type { Comment, Thread } from '@benchmate/shared/domain/review';
import { suggestionIn } from '@benchmate/shared/documents/suggestion';
import { toErrorShape } from '@benchmate/shared/errors/benchmate-error';
import { suggestedChange } from './apply-suggestion.ts';
import { withUnseenNamed } from './comment-text.ts';

interface Offered {
  range: vscode.Range;
  action: vscode.CodeAction;
}

/**
 * What comments suggest, as quick fixes at the lines that they are about: the editor previews them, applies them so that they can
 * be undone, and then the thread is told. Nothing is offered where the text has changed since. A selection can be made a suggestion.
 */
export class SuggestionActions implements vscode.CodeActionProvider {
  readonly #threadsIn: (document: vscode.Uri) => Thread[];
  readonly #isReviewed: (document: vscode.Uri) => boolean;
  /** The editor asks at each move of the cursor, and a long text takes long to be searched. */
  readonly #known = new WeakMap<Thread, { version: number; offered: Offered[] }>();

  constructor(parts: { threadsIn: (document: vscode.Uri) => Thread[]; isReviewed: (document: vscode.Uri) => boolean }) {
    this.#threadsIn = parts.threadsIn;
    this.#isReviewed = parts.isReviewed;
  }

  provideCodeActions(document: vscode.TextDocument, range: vscode.Range): vscode.CodeAction[] {
    if (!vscode.workspace.isTrusted) return [];
    const offered = this.#threadsIn(document.uri).flatMap(thread => this.#of(document, thread));
    const here = offered.filter(each => each.range.intersection(range)).map(({ action }) => action);
    const canSuggest = !range.isEmpty && this.#isReviewed(document.uri);
    return canSuggest ? [...here, suggest()] : here;
  }

  #of(document: vscode.TextDocument, thread: Thread): Offered[] {
    const { version } = document;
    const known = this.#known.get(thread);
    if (known?.version === version) return known.offered;
    const offered = thread.resolved ? [] : thread.comments.flatMap(comment => offer(document, thread, comment));
    this.#known.set(thread, { version, offered });
    return offered;
  }
}

export const suggestionActionKinds = [vscode.CodeActionKind.QuickFix, vscode.CodeActionKind.RefactorRewrite];

function offer(document: vscode.TextDocument, thread: Thread, comment: Comment): Offered[] {
  if (suggestionIn(comment.body) === null) return [];
  try {
    const { edit, range, after } = suggestedChange(document, thread, comment);
    const { name } = comment.author;
    const title = `Apply ${withUnseenNamed(name)}’s suggestion: ${shortened(withUnseenNamed(after))}`;
    const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
    action.edit = edit;
    action.command = { title, command: 'benchmate.settleSuggestion', arguments: [thread.threadId, name] };
    return [{ range, action }];
  } catch (error) {
    if (['CONFLICT', 'BAD_REQUEST'].includes(toErrorShape(error).code)) return [];
    throw error;
  }
}

function suggest(): vscode.CodeAction {
  const action = new vscode.CodeAction('Suggest a change to the team', vscode.CodeActionKind.RefactorRewrite);
  action.command = { title: action.title, command: 'benchmate.suggestChange' };
  return action;
}

function shortened(text: string): string {
  const line = text.trim().replaceAll(/\s+/g, ' ');
  if (line === '') return 'take the text away';
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
