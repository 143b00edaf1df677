import { setTimeout as wait } from 'node:timers/promises';

/** Something that is killed at any moment and brought back as an operator's supervisor does it: again and again until it runs. */
export class Restartable {
  readonly name: string;
  kills = 0;
  readonly #start: () => Promise<void>;
  readonly #kill: () => Promise<void>;
  #isDown = false;
  #back: Promise<void> = Promise.resolve();

  constructor(name: string, { start, kill }: { start: () => Promise<void>; kill: () => Promise<void> }) {
    this.name = name;
    this.#start = start;
    this.#kill = kill;
  }

  /** Kills it, unless it is down already, and begins to bring it back after that time. */
  strike(awayMs: number): void {
    if (this.#isDown) return;
    this.#isDown = true;
    this.kills++;
    this.#back = this.#comeBack(awayMs);
  }

  /** Settles when it runs. */
  async running(): Promise<void> {
    await this.#back;
  }

  async #comeBack(awayMs: number): Promise<void> {
    await this.#kill();
    await wait(awayMs);
    for (let tries = 1; ; tries++)
      try {
        await this.#start();
        break;
      } catch (error) {
        // What it needs may be down as well.
        if (tries === 100) throw error;
        await wait(200);
      }
    this.#isDown = false;
  }
}
