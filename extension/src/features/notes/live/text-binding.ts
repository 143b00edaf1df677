import * as Y from 'yjs';
import {
  applyEdit,
  editBetween,
  piecesOf,
  shownOffset,
  wholeEdit,
  withPlainEnds,
  writtenOffset,
  type TextEdit,
} from './text-edit.ts';

/** The text of an editor that answers later: what it has heard of may not be all that was typed. */
export interface EditorText {
  /** Nobody types in it: whatever it shows was given to it. */
  readonly readOnly: boolean;
  /** As far as changes were told, with plain line ends. */
  read(): string;
  /**
   * Makes the edits in the text as it was last told; false, and nothing is changed, when there is a newer one. The change
   * is told before this settles.
   */
  change(edits: readonly TextEdit[]): PromiseLike<boolean>;
}

/** Longest part, in code units, that is replaced as one although only pieces of it may have changed. */
const smallPart = 200;
const mostAtOnce = 200_000;
const againMs = 10;
const mostMs = 500;

/**
 * Keeps an editor's text and a shared text the same, whoever writes.
 *
 * The editor is one more replica: `#shown` is a document that holds exactly what the editor shows. What is typed is written there
 * first, in the editor's own coordinates, and merged into the shared document from there; what others wrote enters it when
 * the editor has taken it. So nothing has to be transformed by hand, however late the editor hears of anything.
 */
export class TextBinding {
  readonly #shared: Y.Doc;
  readonly #body: Y.Text;
  readonly #shown = new Y.Doc();
  readonly #editor: EditorText;
  /** Changes of the shared document that the editor does not show yet. */
  readonly #waiting: Uint8Array[] = [];
  /** What the editor was asked to show, and how many of those changes it would then have. */
  #asked: { text: string; changes: number } | null = null;
  /** The editor shows something else than it was given: nothing that is typed counts before that is put right. */
  #astray: boolean;
  #text: string;
  #settling: Promise<void> | null = null;
  #ended = false;

  /** `given`: the shared document (as an update) at the time when its text was handed to the editor. */
  constructor({ shared, editor, given }: { shared: Y.Doc; editor: EditorText; given: Uint8Array }) {
    this.#shared = shared;
    this.#body = shared.getText('body');
    this.#editor = editor;
    Y.applyUpdate(this.#shown, given);
    this.#text = editor.read();
    this.#astray = this.#text !== this.#shownText();
    this.#waiting.push(Y.encodeStateAsUpdate(shared, Y.encodeStateVector(this.#shown)));
    this.#shown.on('update', this.#pass);
    shared.on('update', this.#take);
    this.#settle();
  }

  /** Call with each change of the editor, after which `read` answers the text with it. */
  typed(edits: readonly TextEdit[]): void {
    const text = this.#editor.read();
    const before = this.#text;
    if (text === before) return; // editors tell of saving, too: what was asked for may still be on its way
    this.#text = text;
    if (text === withPlainEnds(this.#body.toJSON())) this.#asked = { text, changes: this.#waiting.length };
    if (text === this.#asked?.text) return this.#showed();
    this.#asked = null; // the editor refuses what it was asked for before this
    if (this.#astray || this.#ended || this.#editor.readOnly) return;
    this.#write(before, edits, text.toWellFormed());
    if (this.#waiting.length > 0 || text !== text.toWellFormed()) this.#settle();
  }

  /** Settles when the editor shows the shared text. */
  async settled(): Promise<void> {
    while (this.#settling) await this.#settling;
  }

  /** A place in the editor's text as one that stays with what stands there, for others. */
  anchorAt(offset: number): Y.RelativePosition {
    const written = this.#shownBody;
    return Y.createRelativePositionFromTypeIndex(written, writtenOffset(written.toJSON(), offset));
  }

  /** Where in the editor's text an anchor is; null for one that is not known here (yet). */
  offsetOf(anchor: Y.RelativePosition): number | null {
    const place = Y.createAbsolutePositionFromRelativePosition(anchor, this.#shown);
    if (!place || place.type !== this.#shownBody) return null;
    return shownOffset(this.#shownBody.toJSON(), place.index);
  }

  end(): void {
    this.#ended = true;
    this.#shared.off('update', this.#take);
    this.#shown.destroy();
  }

  get #shownBody(): Y.Text {
    return this.#shown.getText('body');
  }

  #shownText(): string {
    return withPlainEnds(this.#shownBody.toJSON());
  }

  /** What was typed goes on to the others. */
  readonly #pass = (update: Uint8Array, origin: unknown): void => {
    if (origin === this) Y.applyUpdate(this.#shared, update, this);
  };

  readonly #take = (update: Uint8Array, origin: unknown): void => {
    if (origin === this) return;
    this.#waiting.push(update);
    this.#settle();
  };

  /** The editor shows what it was asked to. */
  #showed(): void {
    const { changes } = this.#asked!;
    this.#asked = null;
    this.#astray = false;
    const taken = this.#waiting.splice(0, changes);
    if (taken.length > 0) Y.applyUpdate(this.#shown, Y.mergeUpdates(taken), 'others');
  }

  /** Writes what was typed, so that the text then is `after`. */
  #write(before: string, edits: readonly TextEdit[], after: string): void {
    const body = this.#shownBody;
    const plain = !body.toJSON().includes('\r');
    const whole = (work: () => void) => this.#shown.transact(work, this);
    // A large text travels in several messages: there is a limit for each.
    const together = edits.some(({ inserted }) => inserted.length > mostAtOnce) ? (work: () => void) => work() : whole;
    together(() => {
      let text = before;
      // From the end to the beginning, as editors tell them, none moves another: then the text need not be made anew for each.
      const apart = plain && edits.every((edit, i) => i === 0 || edit.offset + edit.deleted <= edits[i - 1]!.offset);
      for (const edit of edits) {
        this.#replace(plain ? null : body.toJSON(), wholeEdit(text, edit));
        if (!apart) text = applyEdit(text, edit);
      }
      // Half a character, or a change that was never told: what the editor shows counts.
      const missed = editBetween(this.#shownText(), after);
      if (missed) this.#replace(body.toJSON(), missed);
    });
  }

  /** `written`: the body as it is, where its line ends are not plain. */
  #replace(written: string | null, { offset, deleted, inserted }: TextEdit): void {
    const body = this.#shownBody;
    const start = written === null ? offset : writtenOffset(written, offset);
    const end = written === null ? offset + deleted : writtenOffset(written, offset + deleted);
    const change = (work: () => void) => this.#shown.transact(work, this);
    if (end > start) change(() => body.delete(start, end - start));
    let at = start;
    for (const piece of piecesOf(inserted.toWellFormed(), mostAtOnce)) {
      change(() => body.insert(at, piece));
      at += piece.length;
    }
  }

  #settle(): void {
    this.#settling ??= this.#bringOver().finally(() => {
      this.#settling = null;
      if (this.#waiting.length > 0 && !this.#ended) this.#settle();
    });
  }

  /** Until the editor shows the shared text. */
  async #bringOver(): Promise<void> {
    await Promise.resolve(); // what comes in one turn is shown at once
    for (let pauseMs = 0; !this.#ended; pauseMs = Math.min(mostMs, pauseMs + againMs)) {
      const text = withPlainEnds(this.#body.toJSON());
      this.#asked = { text, changes: this.#waiting.length };
      if (text === this.#text) return this.#showed();
      const isDone = await this.#editor.change(this.#edits(text)).then(
        done => done,
        () => false,
      );
      if (isDone && this.#asked === null && this.#waiting.length === 0) return;
      if (isDone) pauseMs = 0;
      else await new Promise(resolve => setTimeout(resolve, pauseMs));
    }
  }

  /** What makes `text` of what the editor shows, from its end to its beginning. */
  #edits(text: string): TextEdit[] {
    const whole = editBetween(this.#text, text)!;
    if (this.#astray || (whole.deleted <= smallPart && whole.inserted.length <= smallPart)) return [whole];
    const pieces = this.#pieces().toReversed();
    return pieces.length > 1 && pieces.reduce(applyEdit, this.#text) === text ? pieces : [whole];
  }

  /** What others wrote in several places, place by place: cursors between them stay where they are. */
  #pieces(): TextEdit[] {
    if (this.#shownBody.toJSON().includes('\r')) return [];
    const copy = new Y.Doc();
    const edits: TextEdit[] = [];
    Y.applyUpdate(copy, Y.encodeStateAsUpdate(this.#shown));
    copy.getText('body').observe(({ delta }) => {
      let offset = 0;
      for (const { retain = 0, delete: deleted = 0, insert } of delta) {
        offset += retain;
        const inserted = typeof insert === 'string' ? insert : '';
        const last = edits.at(-1);
        if (last && last.offset + last.deleted === offset) {
          last.deleted += deleted;
          last.inserted += inserted;
        } else if (deleted > 0 || inserted !== '') edits.push({ offset, deleted, inserted });
        offset += deleted;
      }
    });
    Y.applyUpdate(copy, Y.mergeUpdates(this.#waiting));
    copy.destroy();
    return edits;
  }
}
