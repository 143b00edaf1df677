import * as vscode from 'vscode';
import type { Note } from '@benchmate/shared/domain/note';
import type { LiveNote, NoteState } from './live/live-note.ts';
import type { EditorText, TextBinding } from './live/text-binding.ts';
import { editOf, withPlainEnds, type TextEdit } from './live/text-edit.ts';
import { endLength, plainOffset, positionOf } from './plain-places.ts';
import { saveQuietly } from './save-quietly.ts';

const saveAfterMs = 300;
const keepAfterMs = 500;
const reloadWithinMs = 1000;

/** A note while it is open in this window: the document of the editor, and the one that is shared, kept the same. */
export class OpenNote implements EditorText {
  readonly note: Note;
  readonly live: LiveNote;
  /** Grows whenever the editor has reason to look at the file again. */
  mtime = 1;
  readonly #reload: () => void;
  readonly #mayWrite: () => boolean;
  readonly #keep: (copy: Uint8Array | null) => void;
  #isKept = false;
  #keeping: NodeJS.Timeout | undefined;
  #document: vscode.TextDocument | null = null;
  #binding: TextBinding | null = null;
  #given: Uint8Array;
  #saving: NodeJS.Timeout | undefined;
  #reloaded: (() => void) | null = null;
  readonly #waiting = new Set<() => void>();

  /**
   * `reload`: has the editor read the file again. `keep`: puts aside, over the end of this window, what the engine does not have; null
   * when it has all.
   */
  constructor(parts: {
    note: Note;
    live: LiveNote;
    mayWrite: () => boolean;
    reload: () => void;
    keep: (copy: Uint8Array | null) => void;
  }) {
    this.note = parts.note;
    this.live = parts.live;
    this.#mayWrite = parts.mayWrite;
    this.#reload = parts.reload;
    this.#keep = parts.keep;
    this.#given = this.live.copy();
  }

  get state(): NoteState {
    return this.#mayWrite() ? this.live.state : 'refused';
  }

  get readOnly(): boolean {
    return this.state === 'refused' || this.note.privacy === 'locked';
  }

  get document(): vscode.TextDocument | null {
    return this.#document;
  }

  /** What the editor is to show; what it has then is known. */
  content(): string {
    if (!this.#binding) this.#given = this.live.copy();
    return this.live.text;
  }

  attach(document: vscode.TextDocument): void {
    this.#document = document;
    this.#binding = this.live.bind(this, this.#given);
  }

  detach(): void {
    clearTimeout(this.#saving);
    clearTimeout(this.#keeping);
    this.#binding?.end();
    this.#binding = null;
    this.#document = null;
  }

  typed({ contentChanges, document }: vscode.TextDocumentChangeEvent): void {
    this.#binding?.typed(contentChanges.map(change => editOf(change, endLength(document))));
    this.#reloaded?.();
    this.saveSoon();
    if (this.live.state === 'apart') this.#keepSoon();
  }

  /** To be called when its state may be another one. */
  settle(): void {
    if (this.live.state !== 'saved') return;
    for (const settle of this.#waiting) settle();
    this.#waiting.clear();
    if (this.#isKept) this.#keep(null);
    this.#isKept = false;
    if (this.#document?.isDirty) this.saveSoon();
  }

  /** Whether the engine has everything, at once or within the time that is given. */
  async saved(withinMs: number): Promise<boolean> {
    if (this.live.state !== 'saved')
      await new Promise<void>(resolve => {
        this.#waiting.add(resolve);
        setTimeout(resolve, withinMs);
      });
    return this.live.state === 'saved';
  }

  #keepSoon(): void {
    this.#keeping ??= setTimeout(() => {
      this.#keeping = undefined;
      if (this.live.state !== 'apart') return;
      this.#isKept = true;
      this.#keep(this.live.copy());
    }, keepAfterMs);
  }

  /** The editor's own file is the shared text: what is typed is there already, and nobody has to be asked about it. */
  saveSoon(): void {
    clearTimeout(this.#saving);
    this.#saving = setTimeout(() => {
      if (this.#document?.isDirty && this.live.state === 'saved') void saveQuietly(this.#document);
    }, saveAfterMs);
  }

  selection(editor: vscode.TextEditor): { anchor: number; head: number } {
    const { anchor, active } = editor.selection;
    return { anchor: plainOffset(editor.document, anchor), head: plainOffset(editor.document, active) };
  }

  read(): string {
    return withPlainEnds(this.#document?.getText() ?? '');
  }

  async change(edits: readonly TextEdit[]): Promise<boolean> {
    const document = this.#document;
    if (!document || document.isClosed) return false;
    if (this.readOnly) return this.#readAgain();
    const edit = new vscode.WorkspaceEdit();
    const at = (offset: number) => positionOf(document, offset);
    for (const { offset, deleted, inserted } of edits)
      edit.replace(document.uri, new vscode.Range(at(offset), at(offset + deleted)), inserted);
    return vscode.workspace.applyEdit(edit);
  }

  /** Nothing may be changed in a file that is read-only, but it may be another one by now. */
  async #readAgain(): Promise<boolean> {
    const told = new Promise<boolean>(resolve => {
      const timer = setTimeout(() => resolve(false), reloadWithinMs);
      this.#reloaded = () => (clearTimeout(timer), resolve(true));
    });
    this.mtime = Math.max(Date.now(), this.mtime + 1);
    this.#reload();
    return told.finally(() => (this.#reloaded = null));
  }
}
