import * as vscode from 'vscode';
import type { Thread } from '@benchmate/shared/domain/review';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';

interface CellThreadsParts {
  /** Threads that stand in a cell now, by the address of its document. */
  threadsIn: (cell: vscode.Uri) => Thread[];
  onDidChange: vscode.Event<void>;
  begin: (cell: vscode.NotebookCell, body: string) => Promise<unknown>;
  reply: (threadId: string, body: string) => Promise<unknown>;
  resolve: (threadId: string, resolved: boolean) => Promise<unknown>;
}

/**
 * Threads on cells, reached with the keyboard. The editor lists an extension's threads on cells among all comments, but draws
 * none into a cell (microsoft/vscode#226769): so each cell says how many it has, and shows them in a list.
 */
export class CellThreads {
  readonly #parts: CellThreadsParts;

  constructor(parts: CellThreadsParts) {
    this.#parts = parts;
  }

  /** The cells of all notebooks that show how many threads stand in them. */
  status(): vscode.Disposable {
    return vscode.notebooks.registerNotebookCellStatusBarItemProvider('jupyter-notebook', {
      onDidChangeCellStatusBarItems: this.#parts.onDidChange,
      provideCellStatusBarItems: cell => {
        const open = this.#parts.threadsIn(cell.document.uri).filter(({ resolved }) => !resolved).length;
        if (open === 0) return [];
        const text = open === 1 ? '1 thread' : `${open} threads`;
        const item = new vscode.NotebookCellStatusBarItem(
          `$(comment) ${text}`,
          vscode.NotebookCellStatusBarAlignment.Right,
        );
        item.command = { command: 'benchmate.showCellThreads', title: 'Show Threads', arguments: [cell] };
        item.tooltip = 'Show the threads on this cell';
        return [item];
      },
    });
  }

  async begin(given?: vscode.NotebookCell): Promise<void> {
    const cell = chosenCell(given);
    const body = await ask('Comment on this cell', 'What should change, and why?');
    if (body) await this.#parts.begin(cell, body);
  }

  async show(given?: vscode.NotebookCell): Promise<void> {
    const cell = chosenCell(given);
    const threads = this.#parts.threadsIn(cell.document.uri);
    if (threads.length === 0) return this.begin(cell);
    const rows = threads.map(thread => ({
      label: `${thread.resolved ? '$(pass) ' : '$(comment-unresolved) '}${oneLine(thread.comments[0]?.body)}`,
      description: `${thread.comments[0]?.author.name ?? ''}${thread.comments.length > 1 ? ` and ${thread.comments.length - 1} more` : ''}`,
      thread,
    }));
    const chosen = await vscode.window.showQuickPick(rows, {
      title: 'Threads on this cell',
      placeHolder: 'Choose one to read and answer',
    });
    if (chosen) await this.#read(chosen.thread);
  }

  async #read({ threadId, resolved, comments }: Thread): Promise<void> {
    const reply = { label: '$(reply) Reply' };
    const settle = { label: resolved ? '$(circle-large-outline) Reopen' : '$(pass) Resolve' };
    const said = comments.map(({ author, body }) => ({ label: author.name, detail: body, alwaysShow: true }));
    const actions = { label: '', kind: vscode.QuickPickItemKind.Separator };
    const chosen = await vscode.window.showQuickPick([reply, settle, actions, ...said], {
      title: oneLine(comments[0]?.body),
    });
    if (chosen === settle) await this.#parts.resolve(threadId, !resolved);
    else if (chosen) {
      const body = await ask('Reply', oneLine(comments.at(-1)?.body));
      if (body) await this.#parts.reply(threadId, body);
    }
  }
}

function chosenCell(given: vscode.NotebookCell | undefined): vscode.NotebookCell {
  const editor = vscode.window.activeNotebookEditor;
  const cell = given ?? editor?.notebook.cellAt(editor.selection.start);
  if (cell) return cell;
  throw new BenchmateError('NOT_FOUND', 'No cell of a notebook is chosen.', 'Open a notebook and choose a cell.');
}

const ask = (title: string, placeHolder: string) =>
  vscode.window.showInputBox({ title, placeHolder, ignoreFocusOut: true });
const oneLine = (text = ''): string => (text.length > 80 ? `${text.slice(0, 79)}…` : text).replace(/\s+/g, ' ');
