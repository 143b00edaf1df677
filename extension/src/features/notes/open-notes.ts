import * as vscode from 'vscode';
import { projectOfDocument } from '@benchmate/shared/documents/document-id';
import type { Note } from '@benchmate/shared/domain/note';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { allows, heldBy } from '@benchmate/shared/facts/rights';
import type { TeamState } from '@benchmate/shared/protocol/team';
import type { Session } from '../../engine/state.ts';
import { listen } from '../../engine/subscribe.ts';
import type { Part } from '../../host/part.ts';
import { noteIdOf, noteUri } from './note-uri.ts';
import { OpenNote } from './open-note.ts';

const openWithinMs = 15_000;
/** What is asked for and never shown, as by a search over open files, is let go. */
const unusedMs = 20_000;

/** The notes that are open in this window, each once. */
export class OpenNotes {
  readonly #part: Part;
  readonly #notes = new Map<string, Promise<OpenNote>>();
  readonly #open = new Map<string, OpenNote>();
  readonly #changed = new vscode.EventEmitter<OpenNote>();
  /** Its state, or who is in it and where. */
  readonly onDidChange = this.#changed.event;
  readonly #reload = new vscode.EventEmitter<vscode.Uri>();
  readonly onReload = this.#reload.event;
  #team: TeamState | undefined;

  constructor(part: Part) {
    this.#part = part;
    const { context, engine } = part;
    context.subscriptions.push(
      this.#changed,
      this.#reload,
      vscode.workspace.onDidOpenTextDocument(document => this.#attach(document)),
      vscode.workspace.onDidChangeTextDocument(event => this.of(event.document.uri)?.typed(event)),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#letGo(noteIdOf(uri))),
      { dispose: () => [...this.#open.keys()].forEach(noteId => this.#letGo(noteId)) },
    );
    engine.whileConnected((session, until) => {
      for (const open of this.#open.values()) void this.#reconnect(open, session);
      const take = (team: TeamState) => {
        const before = new Map([...this.#open].map(([noteId, { note }]) => [noteId, this.#mayWrite(note)]));
        this.#team = team;
        for (const [noteId, open] of this.#open) {
          if (before.get(noteId) !== this.#mayWrite(open.note) && open.document) this.#reload.fire(open.document.uri);
          this.#changed.fire(open);
        }
      };
      const load = () => session.client.team.state.query().then(team => until.ended || take(team));
      until.add(
        listen(session.client.team.changes, undefined, {
          next: take,
          connected: () => void load().catch(error => part.report.quietly('The team could not be read', error)),
        }),
      );
      until.add({ dispose: () => [...this.#open.values()].forEach(open => open.live.disconnect()) });
    });
  }

  get team(): TeamState | undefined {
    return this.#team;
  }

  #mayWrite({ documentId }: Note): boolean {
    if (!vscode.workspace.isTrusted) return false;
    if (!this.#team) return true; // the engine refuses what is not allowed
    const { me, members } = this.#team;
    return me.active && allows('documents.write', heldBy(me, members), projectOfDocument(documentId));
  }

  of(uri: vscode.Uri): OpenNote | undefined {
    return this.#open.get(noteIdOf(uri) ?? '');
  }

  all(): OpenNote[] {
    return [...this.#open.values()];
  }

  /** Settles when its text is here. */
  open(noteId: string): Promise<OpenNote> {
    const known = this.#notes.get(noteId);
    if (known) return known;
    const opening = this.#begin(noteId);
    this.#notes.set(noteId, opening);
    opening.catch(() => this.#notes.delete(noteId));
    return opening;
  }

  async #begin(noteId: string): Promise<OpenNote> {
    const session = await this.#part.engine.session();
    // The shared text's own library comes with the first note: no window waits for it before.
    const [note, { LiveNote }] = await Promise.all([
      session.client.notes.get.query({ noteId }),
      import('./live/live-note.ts'),
    ]);
    const live = new LiveNote({ documentId: note.documentId, changed: () => this.#tell(noteId) });
    live.connect(session.endpoint);
    const late = new Promise<never>((_, reject) => setTimeout(() => reject(tooLate(note.title)), openWithinMs));
    try {
      await Promise.race([live.opened, late]);
    } catch (error) {
      live.close();
      throw error;
    }
    const { workspaceState } = this.#part.context;
    const key = `benchmate.unsaved.${note.documentId}`;
    const kept = workspaceState.get<string>(key);
    if (kept !== undefined) live.takeIn(Buffer.from(kept, 'base64'));
    const open = new OpenNote({
      note,
      live,
      mayWrite: () => this.#mayWrite(note),
      reload: () => this.#reload.fire(open.document?.uri ?? noteUri(note)),
      keep: copy => void workspaceState.update(key, copy ? Buffer.from(copy).toString('base64') : undefined),
    });
    this.#open.set(noteId, open);
    if (kept !== undefined) void workspaceState.update(key, undefined);
    for (const document of vscode.workspace.textDocuments)
      if (noteIdOf(document.uri) === noteId) this.#attach(document);
    setTimeout(() => !open.document && this.#letGo(noteId), unusedMs);
    return open;
  }

  #attach(document: vscode.TextDocument): void {
    const noteId = noteIdOf(document.uri);
    if (noteId === null) return;
    const open = this.#open.get(noteId);
    if (open && !open.document) {
      open.attach(document);
      this.#changed.fire(open);
    } else if (!open) void this.open(noteId).catch(error => this.#part.report.error(error));
  }

  #letGo(noteId: string | null): void {
    const open = this.#open.get(noteId ?? '');
    if (!open || noteId === null) return;
    this.#open.delete(noteId);
    this.#notes.delete(noteId);
    open.detach();
    this.#changed.fire(open);
    open.live.close();
  }

  /** In another team, or on another device, it may be no more. */
  async #reconnect(open: OpenNote, { client, endpoint }: Session): Promise<void> {
    try {
      const { documentId } = await client.notes.get.query({ noteId: open.note.noteId });
      if (documentId === open.note.documentId) open.live.connect(endpoint);
    } catch (error) {
      this.#part.report.quietly(`“${open.note.title}” could not be opened again`, error);
    }
  }

  #tell(noteId: string): void {
    const open = this.#open.get(noteId);
    if (!open) return;
    open.settle();
    this.#changed.fire(open);
  }
}

const tooLate = (title: string) =>
  new BenchmateError('TIMEOUT', `The text of “${title}” did not arrive.`, 'Try again; the log may say more.');
