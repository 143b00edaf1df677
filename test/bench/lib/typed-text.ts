import * as Y from 'yjs';

/**
 * A text as somebody types it over weeks, a keystroke at a time, the same for each seed: runs of typing at places that move, three
 * deletions in ten. As many keystrokes as crdt-benchmarks' B4 has, whose own trace is in no registry of packages.
 */
export class TypedText {
  readonly doc = new Y.Doc();
  readonly keystrokes = 259_778;
  #left = this.keystrokes;
  #seed: number;
  #place = 0;
  #run = 0;
  #deleting = false;

  constructor(seed: number) {
    this.#seed = seed;
    this.doc.clientID = seed;
  }

  get done(): boolean {
    return this.#left === 0;
  }

  /** The update of the next keystrokes, as an editor sends them that waits a moment. */
  type(keystrokes: number): Uint8Array {
    let update: Uint8Array = new Uint8Array();
    this.doc.once('update', (typed: Uint8Array) => (update = typed));
    this.doc.transact(() => {
      for (let i = Math.min(keystrokes, this.#left); i > 0; i--) this.#keystroke();
    });
    return update;
  }

  #keystroke(): void {
    const body = this.doc.getText('body');
    this.#left--;
    if (this.#run-- <= 0) {
      this.#run = 3 + (this.#next() % 60);
      this.#deleting = this.#next() % 10 < 3;
      if (this.#next() % 3 === 0) this.#place = this.#next() % (body.length + 1);
    }
    if (this.#deleting && this.#place > 0) body.delete(--this.#place, 1);
    else body.insert(this.#place++, String.fromCharCode(97 + (this.#next() % 26)));
  }

  #next(): number {
    this.#seed = (this.#seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return this.#seed >> 8;
  }
}
