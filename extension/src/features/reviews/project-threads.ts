import * as vscode from 'vscode';
import type { Project } from '@benchmate/shared/domain/project';
import type { PlacedThread, Thread } from '@benchmate/shared/domain/review';
import { hasHome, isHome } from '@benchmate/shared/domain/thread-place';
import type { EngineClient } from '@benchmate/shared/protocol/engine';
import { Overtaking } from '@benchmate/shared/protocol/overtaking';
import type { Reporter } from '../../host/report.ts';
import { FileThreads } from './file-threads.ts';
import type { Sights } from './reply-room.ts';

interface Parts {
  controller: vscode.CommentController;
  project: Project;
  dir: string;
  client: EngineClient;
  report: Reporter;
  /** Called after a thread was drawn anew. */
  drawn: () => void;
  /** Key of the person at this window; undefined until it is known. */
  me: () => string | undefined;
}

/** A checkout touches many files one after the other. */
const settleMs = 300;

/** All threads of a project, each in the file where it stands now, also where the file was renamed since. */
export class ProjectThreads implements vscode.Disposable {
  readonly project: Project;
  readonly dir: string;
  readonly #parts: Parts;
  readonly #files = new Map<string, FileThreads>();
  readonly #overtaking = new Overtaking();
  /** What was announced last of each thread. */
  readonly #heard = new Map<string, Thread>();
  readonly #watcher: vscode.FileSystemWatcher;
  #soon: NodeJS.Timeout | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.project = parts.project;
    this.dir = parts.dir;
    this.#watcher = vscode.workspace.createFileSystemWatcher(
      new vscode.RelativePattern(parts.dir, '{*,*/*,*/*/*,*/*/*/*}.{md,yaml,yml,py,ipynb,csv,tsv,toml,json}'),
    );
    const wake = () => {
      clearTimeout(this.#soon);
      if (this.#files.size > 0) this.#soon = setTimeout(() => void this.load(), settleMs);
    };
    this.#watcher.onDidCreate(wake);
    this.#watcher.onDidChange(wake);
    this.#watcher.onDidDelete(wake);
  }

  async load(): Promise<void> {
    const { client, project, report } = this.#parts;
    const isOvertaken = this.#overtaking.begin();
    try {
      const placed = await client.reviews.placed.query({ projectId: project.projectId });
      // All at once: they share one reading of each file.
      await Promise.all(placed.filter(({ thread }) => !isOvertaken(thread.threadId)).map(each => this.#show(each)));
    } catch (error) {
      report.quietly(`Threads of ${project.name} could not be read`, error);
    }
  }

  /** A new thread, or what changed in a known one. */
  async take(thread: Thread): Promise<void> {
    this.#overtaking.heard(thread.threadId);
    this.#heard.set(thread.threadId, thread);
    const known = [...this.#files.values()].find(file => file.has(thread.threadId));
    if (known) return known.take(thread, { isNews: true });
    // Where it stands is asked for only if it may be elsewhere than it says: a comment is to be seen at once.
    if (!hasHome(thread.anchor) && (await this.#isThere(thread.path)))
      // An answer may have come meanwhile.
      return this.file(thread.path).take(this.#heard.get(thread.threadId) ?? thread, { isNews: true });
    await this.load();
  }

  file(path: string): FileThreads {
    const known = this.#files.get(path);
    if (known) return known;
    const uri = vscode.Uri.joinPath(vscode.Uri.file(this.dir), path);
    const { controller, drawn, me } = this.#parts;
    const file = new FileThreads({ controller, uri, path, drawn, me });
    this.#files.set(path, file);
    return file;
  }

  giveRoom(sights: Sights): boolean {
    return [...this.#files.values()].map(file => file.giveRoom(sights)).includes(true);
  }

  /** After a document of the file was saved, opened or closed. */
  placeIn(uri: vscode.Uri): void {
    for (const file of this.#files.values()) if (file.uri.toString() === uri.toString()) file.place();
  }

  /** Those that stand in one document: a file, or a cell of it. */
  in(uri: vscode.Uri): Thread[] {
    return [...this.#files.values()].flatMap(file => file.in(uri));
  }

  /** Opens a thread where its file is shown; whether it stands at its text. */
  async expand(threadId: string): Promise<boolean> {
    const file = [...this.#files.values()].find(each => each.has(threadId));
    return (await file?.expand(threadId)) ?? false;
  }

  idOf(widget: vscode.CommentThread): string | undefined {
    for (const file of this.#files.values()) {
      const id = file.idOf(widget);
      if (id) return id;
    }
    return undefined;
  }

  dispose(): void {
    clearTimeout(this.#soon);
    this.#watcher.dispose();
    for (const file of this.#files.values()) file.dispose();
    this.#files.clear();
  }

  async #show({ thread, path, line }: PlacedThread): Promise<void> {
    // A version, and a curve that no code here logs, are what the card speaks of.
    const at = isHome(path) ? { path: this.project.card, line: 0 } : { path, line };
    for (const [other, file] of this.#files) if (other !== at.path) file.drop(thread.threadId);
    await this.file(at.path).take(thread, { line: hasHome(thread.anchor) ? at.line : undefined, isNews: false });
  }

  #isThere(path: string): Promise<boolean> {
    const uri = vscode.Uri.joinPath(vscode.Uri.file(this.dir), path);
    return Promise.resolve(vscode.workspace.fs.stat(uri)).then(
      () => true,
      () => false,
    );
  }
}
