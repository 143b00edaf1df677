import * as vscode from 'vscode';

/** Line of the cursor in each document that an editor shows, by its address. */
export type Cursors = ReadonlyMap<string, number>;

/** Each box to answer in is an editor of its own, and the window makes those of all threads of a file before it draws the first. */
export const manyThreads = 30;
const lookAgainMs = 250;

/** Which threads of a file have a box to answer in: all; of a crowd those that were opened, or that the cursor was at. */
export class ReplyRoom {
  /** Once there, a box stays: somebody may have typed into it. */
  readonly #given = new WeakSet<vscode.CommentThread>();

  has(thread: vscode.CommentThread): boolean {
    return this.#given.has(thread);
  }

  /** True where others may need one soon: the file is crowded, with those that are not drawn yet, and in sight. */
  give(threads: readonly vscode.CommentThread[], cursors: Cursors, heldBack: number): boolean {
    const crowded = threads.length + heldBack > manyThreads;
    for (const thread of threads) {
      if (!crowded || isUsed(thread, cursors)) this.#given.add(thread);
      thread.canReply = vscode.workspace.isTrusted && this.#given.has(thread);
    }
    return crowded && threads.some(({ uri }) => cursors.has(uri.toString()));
  }
}

function isUsed({ collapsibleState, range, uri }: vscode.CommentThread, cursors: Cursors): boolean {
  if (collapsibleState === vscode.CommentThreadCollapsibleState.Expanded) return true;
  const line = cursors.get(uri.toString());
  return line !== undefined && range !== undefined && range.start.line <= line && line <= range.end.line;
}

/**
 * Calls `give` after threads were drawn, and whenever some may be used that were not before. The editor knows which are open and
 * tells nobody of a change: as long as `give` answers true, it is called again.
 */
export function watchRoom(onDidDraw: vscode.Event<void>, give: (cursors: Cursors) => boolean): vscode.Disposable {
  let timer: NodeJS.Timeout | undefined;
  let soon: NodeJS.Immediate | undefined;
  const look = () => {
    clearTimeout(timer);
    soon = undefined;
    const cursors = vscode.window.visibleTextEditors.map(
      ({ document, selection }) => [document.uri.toString(), selection.active.line] as const,
    );
    if (give(new Map(cursors))) timer = setTimeout(look, lookAgainMs);
  };
  return vscode.Disposable.from(
    onDidDraw(() => void (soon ??= setImmediate(look))), // once for all that are drawn in one go
    vscode.window.onDidChangeTextEditorSelection(look),
    vscode.window.onDidChangeVisibleTextEditors(look),
    {
      dispose: () => {
        clearTimeout(timer);
        clearImmediate(soon);
      },
    },
  );
}
