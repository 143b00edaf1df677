import { EventQueue, type SimEvent } from './event-queue.ts';
import { Random } from './random.ts';
import { realImmediate } from './real.ts';
import { Trace } from './trace.ts';

/** One life of a simulated process: what it scheduled dies with it. */
export class SimProcess {
  readonly name: string;
  readonly random: Random;
  alive = true;
  /** What a wrong clock adds to the time of day. */
  clockErrorMs = 0;
  readonly #onDeath = new Set<(how: Death) => void>();

  constructor(name: string, random: Random) {
    this.name = name;
    this.random = random;
  }

  /** Called when it dies; the returned function takes that back. */
  onDeath(listener: (how: Death) => void): () => void {
    this.#onDeath.add(listener);
    return () => this.#onDeath.delete(listener);
  }

  die(how: Death): void {
    this.alive = false;
    for (const listener of this.#onDeath) listener(how);
    this.#onDeath.clear();
  }
}

/** `killed`: the machine goes on, its cache is written and its connections are reset. `power`: neither. */
export type Death = 'killed' | 'power';

/** A simulation takes some ten thousand turns. */
const maxTurns = 150_000;
/** Who turns without a rest has one every 0.02 ms: so many of them in a row are a loop that would heat a real machine. */
const [maxHotTurns, hotWithinMs] = [2000, 50];
/** Of its host (time, chance, statements) a turn asks for some hundred things. Who goes on waits for what cannot come in this turn. */
const maxAsked = 200_000;

/** The time of day when a simulation begins. */
const epochMs = Date.parse('2026-01-05T10:00:00Z');

/**
 * A virtual time line. One event runs at a time, with all that follows from it without waiting; then the next in time. So nothing
 * depends on the machine, and a process that dies between two events dies between two turns of its event loop.
 */
export class World {
  readonly random: Random;
  readonly trace: Trace;
  /** Milliseconds since the beginning. */
  now = 0;
  /** Whose turn it is. */
  current: SimProcess | null = null;
  /** Broken promises, and what no process may do: an exception or a rejection that nobody handles. The first one stops the time. */
  readonly failures: string[] = [];
  readonly #queue = new EventQueue();
  #order = 0;
  #turns = 0;
  #hotTurns = 0;
  #hotSince = 0;
  #asked = 0;

  constructor(seed: number, trace = new Trace()) {
    this.random = new Random(seed);
    this.trace = trace;
  }

  process(name: string): SimProcess {
    return new SimProcess(name, new Random(this.random.uint32()));
  }

  timeOfDay(): number {
    return Math.floor(epochMs + this.now + (this.current?.clockErrorMs ?? 0));
  }

  /** Runs something later, as a turn of `process`, unless that is dead by then. An event that gives a promise stops the time until it settles. */
  after(delayMs: number, run: () => unknown, process: SimProcess | null = this.current): () => void {
    const event: SimEvent = {
      at: this.now + Math.max(0, delayMs),
      order: this.#order++,
      run: () => {
        if (process && !process.alive) return;
        this.current = process;
        return run();
      },
      cancelled: false,
    };
    this.#queue.push(event);
    return () => (event.cancelled = true);
  }

  /** Counts what a program asks of its host. Throws when a turn asks without end: it would never be over. */
  asks(): void {
    if (++this.#asked <= maxAsked) return;
    const problem = `P8: a turn of ${this.current?.name ?? 'nobody'} does not end.`;
    if (this.#asked === maxAsked + 1) this.failures.push(problem);
    throw new Error(problem);
  }

  note(what: string, who = this.current?.name ?? 'world'): void {
    this.trace.note(this.now, who, what);
  }

  async runUntil(at: number): Promise<void> {
    for (;;) {
      const event = this.#queue.peek();
      if (!event || event.at > at) break;
      if (this.failures.length > 0) return;
      this.#queue.pop();
      await this.#turn(event);
    }
    this.now = Math.max(this.now, at);
  }

  async #turn(event: SimEvent): Promise<void> {
    this.now = Math.max(this.now, event.at);
    this.#countTurn();
    try {
      const outside = event.run();
      if (outside instanceof Promise) await outside;
    } catch (error) {
      this.failures.push(`${this.current?.name ?? 'world'} threw ${describe(error)}`);
    }
    // All that follows without waiting for time, network or disk: promises and process.nextTick.
    await new Promise<void>(resolve => realImmediate(resolve));
    this.current = null;
  }

  #countTurn(): void {
    this.#asked = 0;
    if (++this.#turns > maxTurns) this.failures.push(`P8: after ${maxTurns} turns there is still no rest.`);
    if (this.now - this.#hotSince > hotWithinMs) {
      this.#hotSince = this.now;
      this.#hotTurns = 0;
    }
    if (++this.#hotTurns > maxHotTurns)
      this.failures.push(`P8: ${maxHotTurns} turns within ${hotWithinMs} ms: somebody turns in a circle.`);
  }
}

export const describe = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);
