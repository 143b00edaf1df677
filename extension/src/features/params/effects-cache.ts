import type * as vscode from 'vscode';
import type { PlacedEffect } from '@benchmate/shared/protocol/params';

type Ask = (text: string) => Promise<PlacedEffect[]>;

interface Answer {
  version: number;
  effects: Promise<PlacedEffect[]>;
}

/** The engine is asked once for each state of a params file: the editor asks again for every stretch that is scrolled to. */
export class EffectsCache {
  readonly #answers = new WeakMap<vscode.TextDocument, Answer>();

  /** Undefined where the text changed while the engine answered: its lines may be others now. */
  async of(document: vscode.TextDocument, ask: Ask): Promise<PlacedEffect[] | undefined> {
    const { version } = document;
    const known = this.#answers.get(document);
    const answer = known?.version === version ? known : { version, effects: ask(document.getText()) };
    this.#answers.set(document, answer);
    try {
      const effects = await answer.effects;
      return document.version === version ? effects : undefined;
    } catch (error) {
      if (this.#answers.get(document) === answer) this.#answers.delete(document);
      throw error;
    }
  }

  /** What runs say may be something else now. */
  forget(document: vscode.TextDocument): void {
    this.#answers.delete(document);
  }
}
