import * as vscode from 'vscode';
import type { Project } from '@benchmate/shared/domain/project';
import type { Thread } from '@benchmate/shared/domain/review';
import type { EngineClient } from '@benchmate/shared/protocol/engine';
import { Overtaking } from '@benchmate/shared/protocol/overtaking';
import type { Reporter } from '../../host/report.ts';
import { placeOf } from './place.ts';

interface Parts {
  controller: vscode.CommentController;
  uri: vscode.Uri;
  project: Project;
  /** In the project, POSIX separators. */
  path: string;
  report: Reporter;
}

interface Shown {
  thread: Thread;
  widget: vscode.CommentThread;
}

/** The review threads of one file, each where its quoted text stands now. */
export class FileThreads implements vscode.Disposable {
  readonly uri: vscode.Uri;
  readonly #parts: Parts;
  readonly #shown = new Map<string, Shown>();
  readonly #overtaking = new Overtaking();
  #starting: Promise<unknown> = Promise.resolve();

  constructor(parts: Parts) {
    this.uri = parts.uri;
    this.#parts = parts;
  }

  async load(client: EngineClient): Promise<void> {
    const { project, path, report } = this.#parts;
    const isOvertaken = this.#overtaking.begin();
    try {
      const threads = await client.reviews.threads.query({ projectId: project.projectId, path });
      for (const thread of threads) if (!isOvertaken(thread.threadId)) await this.#show(thread);
    } catch (error) {
      report.quietly(`Threads of ${path} could not be read`, error);
    }
  }

  /** Starts a thread in the box that was typed into: it stays where it is, open, and becomes the thread. */
  async start(widget: vscode.CommentThread, work: Promise<Thread>): Promise<void> {
    // Until the engine answers, its announcement of this very thread would draw it a second time.
    this.#starting = work.catch(() => {});
    const thread = await work;
    this.#shown.set(thread.threadId, { thread, widget });
    await this.#draw(thread);
  }

  /** Shows a new thread, or what changed in a known one. */
  take(thread: Thread): Promise<void> {
    this.#overtaking.heard(thread.threadId);
    return this.#show(thread);
  }

  async #show(thread: Thread): Promise<void> {
    if (!this.#shown.has(thread.threadId)) await this.#starting;
    await this.#draw(thread);
  }

  async #draw(thread: Thread): Promise<void> {
    const text = await this.#text();
    const known = this.#shown.get(thread.threadId);
    const place = placeOf(text, thread.anchor);
    const range = new vscode.Range(place.startLine, 0, place.endLine, 0);
    const widget = known?.widget ?? this.#parts.controller.createCommentThread(this.uri, range, []);
    if (!known?.widget.range?.isEqual(range)) widget.range = range;
    widget.comments = thread.comments.map((comment, index) => ({
      author: { name: comment.author.name },
      body: new vscode.MarkdownString(
        index === 0 && place.orphaned ? `${orphanNote(thread)}\n\n${comment.body}` : comment.body,
      ),
      mode: vscode.CommentMode.Preview,
      timestamp: new Date(comment.at),
      contextValue: 'comment',
    }));
    widget.label = place.orphaned
      ? 'The text it was about is gone'
      : thread.resolved
        ? 'Resolved'
        : `Line ${place.startLine + 1}`;
    widget.state = thread.resolved ? vscode.CommentThreadState.Resolved : vscode.CommentThreadState.Unresolved;
    widget.contextValue = thread.resolved ? 'resolved' : 'open';
    widget.canReply = vscode.workspace.isTrusted;
    if (known && thread.resolved && !known.thread.resolved)
      widget.collapsibleState = vscode.CommentThreadCollapsibleState.Collapsed;
    else if (!known && thread.resolved) widget.collapsibleState = vscode.CommentThreadCollapsibleState.Collapsed;
    this.#shown.set(thread.threadId, { thread, widget });
  }

  /** Moves threads after the file was saved: between saves the editor itself keeps them on their lines. */
  place(): void {
    for (const { thread } of this.#shown.values()) void this.take(thread);
  }

  idOf(widget: vscode.CommentThread): string | undefined {
    for (const [id, shown] of this.#shown) if (shown.widget === widget) return id;
    return undefined;
  }

  dispose(): void {
    for (const { widget } of this.#shown.values()) widget.dispose();
    this.#shown.clear();
  }

  async #text(): Promise<string> {
    const open = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === this.uri.toString());
    if (open) return open.getText();
    try {
      return new TextDecoder().decode(await vscode.workspace.fs.readFile(this.uri));
    } catch {
      return ''; // the file is gone: its threads stay, without a place
    }
  }
}

const orphanNote = ({ anchor }: Thread): string =>
  anchor.quote
    .split('\n')
    .map(line => `> ${line}`)
    .join('\n');
