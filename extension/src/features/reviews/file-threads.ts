import * as vscode from 'vscode';
import type { Thread } from '@benchmate/shared/domain/review';
import { hasHome, threadPlace } from '@benchmate/shared/domain/thread-place';
import { suggestionIn } from '@benchmate/shared/documents/suggestion';
import { drawComments, type DrawnComment } from './drawn-comments.ts';
import { placeInCells, placeOf, type Place } from './place.ts';
import { ReplyRoom, type Cursors } from './reply-room.ts';
import { cellsOf, openNotebook } from './reviewed-file.ts';

interface Parts {
  controller: vscode.CommentController;
  uri: vscode.Uri;
  /** In the project, POSIX separators. */
  path: string;
  /** Called after a thread was drawn anew. */
  drawn: () => void;
  /** Key of the person at this window; undefined until it is known. */
  me: () => string | undefined;
}

interface Shown {
  thread: Thread;
  widget: vscode.CommentThread;
  comments: DrawnComment[];
  /** What was drawn last. */
  says: string;
}

/** In which document a thread is drawn, and where; `uri` is a cell's in a notebook that is open. */
type Spot = Place & { uri: vscode.Uri };

/** The review threads of one file, each where its quoted text stands now. */
export class FileThreads implements vscode.Disposable {
  readonly uri: vscode.Uri;
  readonly #parts: Parts;
  readonly #shown = new Map<string, Shown>();
  readonly #room = new ReplyRoom();
  /** Lines that the engine found for what is about no text: threads on curves, at the call that logs them. */
  readonly #given = new Map<string, number>();
  /** Under way: whoever asks meanwhile gets the same. */
  #reading: Promise<string> | null = null;
  #starting: Promise<unknown> = Promise.resolve();

  constructor(parts: Parts) {
    this.uri = parts.uri;
    this.#parts = parts;
  }

  /** Starts a thread in the box that was typed into: it stays where it is, open, and becomes the thread. */
  async start(widget: vscode.CommentThread, work: Promise<Thread>): Promise<void> {
    // Until the engine answers, its announcement of this very thread would draw it a second time.
    this.#starting = work.catch(() => {});
    const thread = await work;
    this.#shown.set(thread.threadId, { thread, widget, comments: [], says: '' });
    await this.#draw(thread);
  }

  /** Shows a new thread, or what changed in a known one. */
  async take(thread: Thread, line?: number): Promise<void> {
    if (line !== undefined) this.#given.set(thread.threadId, line);
    if (!this.#shown.has(thread.threadId)) await this.#starting;
    await this.#draw(thread);
  }

  async #draw(thread: Thread): Promise<void> {
    const spot = await this.#spot(thread);
    const known = this.#shown.get(thread.threadId);
    const range = new vscode.Range(spot.startLine, 0, spot.endLine, 0);
    const stays = known?.widget.uri.toString() === spot.uri.toString();
    // A list that is read again says mostly what is there: hundreds of threads are not sent to the window anew.
    const says = JSON.stringify([thread, spot.orphaned, vscode.workspace.isTrusted, this.#parts.me()]);
    if (stays && known.says === says && known.widget.range?.isEqual(range)) return;
    if (!stays) known?.widget.dispose();
    const { threadId } = thread;
    const quote = spot.orphaned ? thread.anchor.quote : '';
    const before = stays ? known.comments : [];
    const comments = drawComments(before, { threadId, comments: thread.comments, quote, me: this.#parts.me() });
    const widget = stays ? known.widget : this.#parts.controller.createCommentThread(spot.uri, range, comments);
    if (!widget.range?.isEqual(range)) widget.range = range;
    if (stays) widget.comments = comments;
    widget.label = labelOf(thread, spot);
    widget.state = thread.resolved ? vscode.CommentThreadState.Resolved : vscode.CommentThreadState.Unresolved;
    const suggests = thread.comments.some(({ body }) => suggestionIn(body) !== null);
    widget.contextValue = thread.resolved ? 'resolved' : suggests ? 'open-suggestion' : 'open';
    if (thread.resolved && !known?.thread.resolved)
      widget.collapsibleState = vscode.CommentThreadCollapsibleState.Collapsed;
    this.#shown.set(threadId, { thread, widget, comments, says });
    this.#parts.drawn();
  }

  /** Of many threads, those that are used have a box to answer in; true where others may need one soon. */
  giveRoom(cursors: Cursors): boolean {
    const widgets = [...this.#shown.values()].map(({ widget }) => widget);
    return this.#room.give(widgets, cursors);
  }

  /** Moves threads after the file was saved, opened or closed: in between the editor itself keeps them on their lines. */
  place(): void {
    for (const { thread } of this.#shown.values()) void this.take(thread);
  }

  /** A thread that stands elsewhere now. */
  drop(threadId: string): void {
    this.#shown.get(threadId)?.widget.dispose();
    this.#shown.delete(threadId);
  }

  /** Those that stand in one document: the file itself, or a cell of it. */
  in(uri: vscode.Uri): Thread[] {
    const its = [...this.#shown.values()].filter(({ widget }) => widget.uri.toString() === uri.toString());
    return its.map(({ thread }) => thread);
  }

  has(threadId: string): boolean {
    return this.#shown.has(threadId);
  }

  idOf(widget: vscode.CommentThread): string | undefined {
    for (const [id, shown] of this.#shown) if (shown.widget === widget) return id;
    return undefined;
  }

  dispose(): void {
    for (const { widget } of this.#shown.values()) widget.dispose();
    this.#shown.clear();
  }

  async #spot({ threadId, anchor }: Thread): Promise<Spot> {
    const { path } = this.#parts;
    const notebook = openNotebook(this.uri);
    if (notebook && notebook.cellCount > 0) {
      const place =
        anchor.kind === 'cell'
          ? placeInCells(cellsOf(notebook), anchor)
          : { startLine: 0, endLine: 0, orphaned: false, cell: 0 };
      return { ...place, uri: notebook.cellAt(place.cell).document.uri };
    }
    if (hasHome(anchor)) {
      const line = this.#given.get(threadId) ?? 0;
      return { startLine: line, endLine: line, orphaned: false, uri: this.uri };
    }
    const place = placeOf(await this.#text(), anchor, path);
    // Lines of a cell are none of the file that holds the notebook.
    return path.endsWith('.ipynb')
      ? { ...place, startLine: 0, endLine: 0, uri: this.uri }
      : { ...place, uri: this.uri };
  }

  #text(): Promise<string> {
    this.#reading ??= this.#read().finally(() => (this.#reading = null));
    return this.#reading;
  }

  async #read(): Promise<string> {
    const open = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === this.uri.toString());
    if (open) return open.getText();
    try {
      return new TextDecoder().decode(await vscode.workspace.fs.readFile(this.uri));
    } catch {
      return ''; // the file is gone: its threads stay, without a place
    }
  }
}

function labelOf(thread: Thread, { orphaned, startLine }: Spot): string {
  if (orphaned) return 'The text it was about is gone';
  if (thread.resolved) return 'Resolved';
  return hasHome(thread.anchor) || thread.anchor.kind === 'column' ? threadPlace(thread) : `Line ${startLine + 1}`;
}
