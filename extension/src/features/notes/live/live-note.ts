import { WebsocketProvider } from 'y-websocket';
import { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { noteBody } from '@benchmate/shared/documents/note-document';
import { closeCode, frame, tokenSubprotocolPrefix } from '@benchmate/shared/protocol/document-wire';
import { TextBinding, type EditorText } from './text-binding.ts';
import { withPlainEnds } from './text-edit.ts';
import { peersIn, type Peer } from './peers.ts';

/**
 * `opening`: not all of it is here yet. `saved`: the engine has everything. `apart`: the engine does not answer, what is typed waits
 * in this window. `refused`: it may be read alone.
 */
export type NoteState = 'opening' | 'saved' | 'apart' | 'refused';

const resyncMs = 20_000;

/** A note's document while an editor may show it: its text, who else writes in it, and this person's undo. */
export class LiveNote {
  /** The first whole text is here. */
  readonly opened: Promise<void>;
  readonly #doc = new Y.Doc();
  readonly #awareness = new Awareness(this.#doc);
  readonly #documentId: string;
  readonly #changed: () => void;
  readonly #undo: Y.UndoManager;
  #open: () => void = () => {};
  #provider: WebsocketProvider | null = null;
  #binding: TextBinding | null = null;
  #refused = false;
  #isOpen = false;

  /** `changed`: its state, or who is in it and where. */
  constructor({ documentId, changed }: { documentId: string; changed: () => void }) {
    this.#documentId = documentId;
    this.#changed = changed;
    this.opened = new Promise(resolve => (this.#open = resolve));
    this.#awareness.setLocalState(null);
    this.#awareness.on('change', changed);
    this.#undo = new Y.UndoManager(this.#doc.getText('body'), { trackedOrigins: new Set() });
  }

  /** Another engine, or the same one with another token, takes the place of the former. */
  connect({ url, token }: { url: string; token: string }): void {
    this.disconnect();
    this.#refused = false;
    const provider = new WebsocketProvider(`${url.replace(/^http/, 'ws')}/documents`, this.#documentId, this.#doc, {
      awareness: this.#awareness,
      protocols: [`${tokenSubprotocolPrefix}${token}`],
      disableBc: true,
      resyncInterval: resyncMs, // who tells nothing of themselves hears nothing either, and a silent line is taken for a dead one
    });
    provider.messageHandlers[frame.auth] = () => this.#refuse();
    provider.on('sync', isSynced => {
      if (isSynced) this.#isOpen = true;
      if (isSynced) this.#open();
      this.#changed();
    });
    provider.on('status', this.#changed);
    provider.on('connection-close', event => {
      if (event?.code === closeCode.forbidden || event?.code === closeCode.unauthenticated) this.#refuse();
    });
    this.#provider = provider;
  }

  disconnect(): void {
    this.#provider?.destroy();
    this.#provider = null;
    this.#changed();
  }

  get state(): NoteState {
    if (this.#refused) return 'refused';
    if (this.#provider?.synced) return 'saved';
    return this.#isOpen ? 'apart' : 'opening';
  }

  /** With plain line ends. */
  get text(): string {
    return withPlainEnds(noteBody(this.#doc));
  }

  /** What an editor is given to show: see `bind`. */
  copy(): Uint8Array {
    return Y.encodeStateAsUpdate(this.#doc);
  }

  /** What an earlier window wrote and could not bring to the engine. Nothing happens where it is here already. */
  takeIn(copy: Uint8Array): void {
    Y.applyUpdate(this.#doc, copy);
  }

  /** From now on the editor, which was given the text of `given`, and the note are the same. */
  bind(editor: EditorText, given: Uint8Array): TextBinding {
    this.#binding?.end();
    this.#binding = new TextBinding({ shared: this.#doc, editor, given });
    this.#undo.trackedOrigins.add(this.#binding);
    return this.#binding;
  }

  undo(): void {
    this.#undo.undo();
  }

  redo(): void {
    this.#undo.redo();
  }

  /** What others see of this person here; null for nothing. */
  tell(told: { name: string; device: string; selection: { anchor: number; head: number } } | null): void {
    const binding = this.#binding;
    if (!told || !binding) {
      if (this.#awareness.getLocalState() !== null) this.#awareness.setLocalState(null);
      return;
    }
    const { name, device, selection } = told;
    const [anchor, head] = [binding.anchorAt(selection.anchor), binding.anchorAt(selection.head)];
    const state = { user: { name, device }, selection: { anchor, head } };
    if (JSON.stringify(state) !== JSON.stringify(this.#awareness.getLocalState())) this.#awareness.setLocalState(state);
  }

  /** Who else has it open, and where they are in the editor's text. */
  peers(): Peer[] {
    const binding = this.#binding;
    return peersIn(this.#awareness, anchor => binding?.offsetOf(anchor) ?? null);
  }

  close(): void {
    this.#binding?.end();
    this.#awareness.off('change', this.#changed);
    this.#awareness.setLocalState(null);
    this.#provider?.destroy();
    this.#undo.destroy();
    this.#doc.destroy();
  }

  #refuse(): void {
    this.#refused = true;
    this.#open();
    this.#changed();
  }
}
