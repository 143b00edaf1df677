import type { Context } from '../context.ts';

const spacing = 1000;

/** How far a long task is: on a terminal one line that is written again, elsewhere one line per step. Always on stderr. */
export class StepLine {
  readonly #context: Context;
  #shown = '';
  #at = -spacing;

  constructor(context: Context) {
    this.#context = context;
  }

  show(step: string, done: number, total: number): void {
    if (this.#context.json) return;
    const percent = total > 0 ? ` ${Math.floor((100 * done) / total)} %` : '';
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${step}${percent}`);
    else if (step !== this.#shown || performance.now() - this.#at > spacing * 10) {
      process.stderr.write(`${step}${percent}\n`);
      this.#at = performance.now();
    }
    this.#shown = step;
  }

  end(): void {
    if (this.#shown && process.stderr.isTTY && !this.#context.json) process.stderr.write('\r\u001b[K');
  }
}
