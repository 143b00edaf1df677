import * as vscode from 'vscode';

/** What a person has before their eyes: of each document that an editor shows, by its address, the cursor's line and those in sight. */
export interface Sights {
  readonly of: ReadonlyMap<string, { line: number; first: number; last: number }>;
  /** Whether nobody has typed or moved for a moment: what makes the window hold still may be done now. */
  readonly atRest: () => boolean;
}

/** Each box to answer in is an editor of its own, and the window makes those of all threads of a file before it draws the first. */
export const manyThreads = 30;
const lookAgainMs = 250;
const restMs = 600;

/** Which threads of a file have a box to answer in: all; of a crowd those that were opened, or that the cursor was at. */
export class ReplyRoom {
  /** Once there, a box stays: somebody may have typed into it. */
  readonly #given = new WeakSet<vscode.CommentThread>();

  has(thread: vscode.CommentThread): boolean {
    return this.#given.has(thread);
  }

  /** True where others may need one soon: the file is crowded, with those that are not drawn yet, and in sight. */
  give(threads: readonly vscode.CommentThread[], sights: Sights, heldBack: number): boolean {
    const crowded = threads.length + heldBack > manyThreads;
    for (const thread of threads) {
      if (!crowded || isUsed(thread, sights)) this.#given.add(thread);
      thread.canReply = vscode.workspace.isTrusted && this.#given.has(thread);
    }
    return crowded && threads.some(({ uri }) => sights.of.has(uri.toString()));
  }
}

function isUsed({ collapsibleState, range, uri }: vscode.CommentThread, sights: Sights): boolean {
  if (collapsibleState === vscode.CommentThreadCollapsibleState.Expanded) return true;
  const line = sights.of.get(uri.toString())?.line;
  return line !== undefined && range !== undefined && range.start.line <= line && line <= range.end.line;
}

/**
 * Calls `give` after threads were drawn, and whenever some may be used that were not before. The editor knows which are open and
 * tells nobody of a change: as long as `give` answers true, it is called again. Never between two keys.
 */
export function watchRoom(onDidDraw: vscode.Event<void>, give: (sights: Sights) => boolean): vscode.Disposable {
  let timer: NodeJS.Timeout | undefined;
  let soon: NodeJS.Immediate | undefined;
  let movedAt = -Infinity;
  const atRest = () => performance.now() - movedAt > restMs;
  const look = () => {
    clearTimeout(timer);
    soon = undefined;
    const of = new Map(vscode.window.visibleTextEditors.map(sightOf));
    if (give({ of, atRest })) timer = setTimeout(look, lookAgainMs);
  };
  const moved = () => {
    movedAt = performance.now();
    clearTimeout(timer);
    timer = setTimeout(look, lookAgainMs);
  };
  return vscode.Disposable.from(
    onDidDraw(() => void (soon ??= setImmediate(look))), // once for all that are drawn in one go
    vscode.window.onDidChangeTextEditorSelection(moved),
    vscode.window.onDidChangeTextEditorVisibleRanges(moved),
    vscode.window.onDidChangeVisibleTextEditors(look),
    {
      dispose: () => {
        clearTimeout(timer);
        clearImmediate(soon);
      },
    },
  );
}

function sightOf({ document, selection, visibleRanges }: vscode.TextEditor) {
  const { line } = selection.active;
  const [first, last] = [visibleRanges.at(0)?.start.line ?? line, visibleRanges.at(-1)?.end.line ?? line];
  return [document.uri.toString(), { line, first, last }] as const;
}
