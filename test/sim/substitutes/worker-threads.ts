// In the place of node:worker_threads: a thread is a program loaded once more, with messages that take time.
import { EventEmitter } from 'node:events';
import { onStage } from '../kernel/stage.ts';
import { threadSuffix } from '../kernel/threads.ts';
import { watchThread } from '../kernel/watched.ts';

type Program = (inside: { parentPort: object; workerData: unknown }) => void;
const programs = new Map<string, Program>();

/** Of whoever is no thread. The programs of threads get their own as arguments. */
export const parentPort = null;
export const workerData = undefined;

export class Worker extends EventEmitter {
  #ended = false;
  readonly #inside = new EventEmitter();
  readonly #program: string;
  #lastIn = 0;
  #lastOut = 0;
  #isLoaded = false;
  readonly #early: unknown[] = [];

  constructor(program: URL, options: { workerData?: unknown } = {}) {
    super();
    this.#program = program.pathname.slice(program.pathname.lastIndexOf('/') + 1);
    const { world } = onStage();
    const parentPort = Object.assign(this.#inside, {
      postMessage: (message: unknown) => this.#toParent(structuredClone(message)),
    });
    const workerData = structuredClone(options.workerData);
    world.after(this.#delay(), async () => {
      const start =
        programs.get(program.href) ?? ((await import(program.href + threadSuffix)) as { default: Program }).default;
      programs.set(program.href, start);
      start({ parentPort, workerData });
      this.#isLoaded = true;
      for (const message of this.#early.splice(0)) this.#receive(message);
    });
  }

  postMessage(message: unknown, transfer: readonly ArrayBuffer[] = []): void {
    const copy = structuredClone(message, { transfer: [...transfer] });
    const { world } = onStage();
    this.#lastIn = Math.max(this.#lastIn, world.now + this.#delay());
    world.after(this.#lastIn - world.now, () => this.#receive(copy));
  }

  async terminate(): Promise<number> {
    this.#ended = true;
    return 0;
  }

  unref(): void {}

  #receive(message: unknown): void {
    if (this.#ended) return;
    if (!this.#isLoaded) return void this.#early.push(message);
    const { world } = onStage();
    watchThread(this.#program, message);
    world.note(`thread ${this.#program} works`);
    this.#inside.emit('message', message);
  }

  #toParent(message: unknown): void {
    const { world } = onStage();
    this.#lastOut = Math.max(this.#lastOut, world.now + this.#delay());
    world.after(this.#lastOut - world.now, () => {
      if (!this.#ended) this.emit('message', message);
    });
  }

  #delay(): number {
    const { world, disk } = onStage();
    const { current } = world;
    const slow = this.#program.startsWith('sqlite') ? disk.syncMs(current?.name ?? '') : 0;
    return slow + (current?.random ?? world.random).between(0.02, 1.5);
  }
}
