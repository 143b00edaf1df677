import type { Disposable } from 'vscode';

/** Things that end together. */
export class Disposables implements Disposable {
  readonly #items: Disposable[] = [];
  #ended = false;

  add<T extends Disposable>(item: T): T {
    if (this.#ended) item.dispose();
    else this.#items.push(item);
    return item;
  }

  get ended(): boolean {
    return this.#ended;
  }

  dispose(): void {
    this.#ended = true;
    for (const item of this.#items.splice(0).toReversed()) item.dispose();
  }
}
