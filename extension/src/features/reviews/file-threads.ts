import * as vscode from 'vscode';
import type { Thread } from '@benchmate/shared/domain/review';
import { hasHome, threadPlace } from '@benchmate/shared/domain/thread-place';
import { suggestionIn } from '@benchmate/shared/documents/suggestion';
import { drawComments, type DrawnComment } from './drawn-comments.ts';
import { placeInCells, placeOf, type Place } from './place.ts';
import { manyThreads, ReplyRoom, type Sights } from './reply-room.ts';
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
  /** The text that it was about is gone. */
  isOrphan: boolean;
}

/** The window makes all threads that it knows of a file before it draws the first: so of a crowd out of sight it knows no more. */
const mostUnseen = 8;
/** Of a file that has been in sight for a while, each time it is looked at (see `watchRoom`): the window holds still as it makes them. */
const mostAtOnce = 5;
const quietMs = 600;

/** In which document a thread is drawn, and where; `uri` is a cell's in a notebook that is open. */
type Spot = Place & { uri: vscode.Uri };

/** The review threads of one file, each where its quoted text stands now. */
export class FileThreads implements vscode.Disposable {
  readonly uri: vscode.Uri;
  readonly #parts: Parts;
  readonly #shown = new Map<string, Shown>();
  /** Those that are shown or about to be. */
  readonly #drawn = new Set<string>();
  /** Those that are drawn later, the ones near the cursor first: of a crowd out of sight, and news while somebody types. */
  readonly #heldBack = new Map<string, Thread>();
  #inSightSince: number | null = null;
  #sights: Sights = { of: new Map(), atRest: () => true };
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
    this.#drawn.add(thread.threadId);
    this.#shown.set(thread.threadId, { thread, widget, comments: [], says: '', isOrphan: false });
    await this.#draw(thread);
  }

  /** Shows a new thread, or what changed in a known one; of a crowd, one that is no news may wait until its file is in sight. */
  async take(thread: Thread, { line, isNews }: { line?: number | undefined; isNews: boolean }): Promise<void> {
    const { threadId } = thread;
    if (line !== undefined) this.#given.set(threadId, line);
    if (!this.#shown.has(threadId)) await this.#starting;
    const waits = this.#isCrowd(1) && !(isNews ? this.#isWanted(thread) : this.#drawn.has(threadId));
    if (waits) this.#heldBack.set(threadId, thread);
    else await this.#drawFirst(thread);
    if (this.#heldBack.size > 0) this.#parts.drawn(); // whoever looks whether the file is in sight looks now
  }

  #drawFirst(thread: Thread): Promise<void> {
    this.#heldBack.delete(thread.threadId);
    this.#drawn.add(thread.threadId);
    return this.#draw(thread);
  }

  async #draw(thread: Thread): Promise<void> {
    const spot = await this.#spot(thread);
    if (!this.#drawn.has(thread.threadId)) return; // it was dropped, or put back, meanwhile
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
    this.#shown.set(threadId, { thread, widget, comments, says, isOrphan: spot.orphaned });
    this.#parts.drawn();
  }

  /** Draws some of a crowd whose file is in sight, and gives those that are used a box to answer in; true where it is to be called again soon. */
  giveRoom(sights: Sights): boolean {
    this.#sights = sights;
    const sight = sights.of.get(this.uri.toString());
    if (sight === undefined) {
      this.#inSightSince = null;
      this.#thinOut();
    }
    const isLookedAt = sight !== undefined && performance.now() - (this.#inSightSince ??= performance.now()) > quietMs;
    // Out of sight, news of those that are drawn is what there is to draw.
    const waiting = [...this.#heldBack.values()].filter(({ threadId }) => sight || this.#shown.has(threadId));
    if (sights.atRest() && (isLookedAt || !sight)) {
      const distance = ({ anchor }: Thread) => Math.abs(anchor.line - (sight?.line ?? 0));
      waiting.sort((a, b) => distance(a) - distance(b));
      for (const thread of waiting.slice(0, mostAtOnce)) void this.#drawFirst(thread);
    }
    const widgets = [...this.#shown.values()].map(({ widget }) => widget);
    return this.#room.give(widgets, sights, this.#heldBack.size) || waiting.length > 0;
  }

  /**
   * Whether news of a crowd is drawn at once: of a thread that is open, and while nobody types what is in sight or holds nobody up.
   * For each change the window draws its list of all comments anew.
   */
  #isWanted({ threadId, anchor: { line } }: Thread): boolean {
    const known = this.#shown.get(threadId);
    if (known?.widget.collapsibleState === vscode.CommentThreadCollapsibleState.Expanded) return true;
    const sight = this.#sights.of.get(this.uri.toString());
    return this.#sights.atRest() && (!sight || known !== undefined || (sight.first <= line && line <= sight.last));
  }

  /** With so many more: cells of a notebook are counted apart by the window, and are few each. */
  #isCrowd(more: number): boolean {
    return (
      new Set([...this.#drawn, ...this.#heldBack.keys()]).size + more > manyThreads &&
      !this.#parts.path.endsWith('.ipynb')
    );
  }

  /** The window makes them anew whenever the file is shown again; those that somebody used stay. */
  #thinOut(): void {
    const surplus = this.#shown.size - mostUnseen;
    if (surplus <= 0 || !this.#isCrowd(0)) return;
    const unused = [...this.#shown.values()].filter(({ widget }) => !this.#room.has(widget));
    for (const { thread, widget } of unused.slice(-surplus)) {
      widget.dispose();
      this.#shown.delete(thread.threadId);
      this.#drawn.delete(thread.threadId);
      if (!this.#heldBack.has(thread.threadId)) this.#heldBack.set(thread.threadId, thread);
    }
  }

  /** Moves threads after the file was saved, opened or closed: in between the editor itself keeps them on their lines. */
  place(): void {
    for (const { thread } of this.#shown.values()) void this.#draw(thread);
  }

  /** A thread that stands elsewhere now. */
  drop(threadId: string): void {
    this.#shown.get(threadId)?.widget.dispose();
    this.#shown.delete(threadId);
    this.#drawn.delete(threadId);
    this.#heldBack.delete(threadId);
  }

  /** Opens a thread, drawing it first where it waits; whether it stands at its text. */
  async expand(threadId: string): Promise<boolean> {
    const waiting = this.#heldBack.get(threadId);
    if (waiting) await this.#drawFirst(waiting);
    const shown = this.#shown.get(threadId);
    if (!shown) return false;
    shown.widget.collapsibleState = vscode.CommentThreadCollapsibleState.Expanded;
    return !shown.isOrphan;
  }

  /** Those that stand in one document: the file itself, or a cell of it. */
  in(uri: vscode.Uri): Thread[] {
    const its = [...this.#shown.values()].filter(({ widget }) => widget.uri.toString() === uri.toString());
    return its.map(({ thread }) => thread);
  }

  has(threadId: string): boolean {
    return this.#shown.has(threadId) || this.#heldBack.has(threadId);
  }

  idOf(widget: vscode.CommentThread): string | undefined {
    for (const [id, shown] of this.#shown) if (shown.widget === widget) return id;
    return undefined;
  }

  dispose(): void {
    for (const { widget } of this.#shown.values()) widget.dispose();
    this.#shown.clear();
    this.#drawn.clear();
    this.#heldBack.clear();
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
