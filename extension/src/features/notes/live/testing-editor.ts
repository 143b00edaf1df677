import { applyEdit, editOf, withPlainEnds, type TextEdit } from './text-edit.ts';
import type { EditorText } from './text-binding.ts';

/**
 * An editor whose window and extension are apart, as VS Code's: what is typed is told later, what is asked for arrives later, and is
 * refused when more was typed meanwhile. Nothing moves on before `step`.
 */
export class TestingEditor implements EditorText {
  readonly readOnly = false;
  onTyped: (edits: readonly TextEdit[]) => void = () => {};
  /** With the line ends of the window. */
  text: string;
  readonly #end: string;
  #version = 1;
  #told: { text: string; version: number };
  readonly #toExtension: (() => void)[] = [];
  readonly #toWindow: (() => void)[] = [];
  readonly #past: string[] = [];

  constructor(text: string, lineEnd: '\n' | '\r\n') {
    this.#end = lineEnd;
    this.text = this.#own(text);
    this.#told = { text: this.text, version: 1 };
  }

  read(): string {
    return withPlainEnds(this.#told.text);
  }

  change(edits: readonly TextEdit[]): Promise<boolean> {
    const { version } = this.#told;
    return new Promise(resolve =>
      this.#toWindow.push(() => {
        const isFresh = version === this.#version;
        if (isFresh) this.#make(edits);
        this.#toExtension.push(() => resolve(isFresh));
      }),
    );
  }

  /** Types in the window. */
  type(edits: readonly TextEdit[]): void {
    this.#past.push(this.text);
    this.#make(edits);
  }

  /** The editor's own undo: what was there before the last typing, with whatever came since taken along. */
  revert(): void {
    const text = this.#past.pop();
    if (text === undefined) return;
    this.#make([{ offset: 0, deleted: withPlainEnds(this.text).length, inserted: withPlainEnds(text) }]);
  }

  /** Saves, of which VS Code tells as of a change without edits. */
  save(): void {
    this.#toExtension.push(() => this.onTyped([]));
  }

  /** One message arrives on one of the two ways; false when none is on its way. */
  step(way: 'toExtension' | 'toWindow'): boolean {
    const message = (way === 'toExtension' ? this.#toExtension : this.#toWindow).shift();
    message?.();
    return message !== undefined;
  }

  #make(edits: readonly TextEdit[]): void {
    const changes = edits.map(edit => {
      const plain = withPlainEnds(this.text);
      const lineOf = (offset: number) => plain.slice(0, offset).split('\n').length - 1;
      const end = edit.offset + edit.deleted;
      const longer = this.#end.length - 1;
      const range = { start: { line: lineOf(edit.offset) }, end: { line: lineOf(end) } };
      const rangeOffset = edit.offset + range.start.line * longer;
      const rangeLength = end + range.end.line * longer - rangeOffset;
      this.text = this.#own(applyEdit(plain, edit));
      return editOf({ range, rangeOffset, rangeLength, text: this.#own(edit.inserted) }, this.#end.length);
    });
    const [text, version] = [this.text, ++this.#version];
    this.#toExtension.push(() => {
      this.#told = { text, version };
      this.onTyped(changes);
    });
  }

  #own(text: string): string {
    return withPlainEnds(text).replaceAll('\n', this.#end);
  }
}
