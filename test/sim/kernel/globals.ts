import { realImmediate } from './real.ts';
import { onStage, playing } from './stage.ts';

/** As Node's: some programs call its methods. */
class SimTimer {
  readonly #start: () => () => void;
  #cancel: () => void;

  constructor(start: () => () => void) {
    this.#start = start;
    this.#cancel = start();
  }

  cancel(): void {
    this.#cancel();
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
  hasRef(): boolean {
    return true;
  }
  refresh(): this {
    this.#cancel();
    this.#cancel = this.#start();
    return this;
  }
}

type Work = (...args: unknown[]) => unknown;
/** A turn of an event loop takes some time, or whoever waits for time by turning would wait for ever. */
const turnMs = 0.02;

/** Puts the simulation's clock, timers, chance and network in the place of the host's. Before the programs are loaded: they keep references. */
export function installGlobals(): void {
  const real = {
    setTimeout: globalThis.setTimeout,
    clearTimeout: globalThis.clearTimeout,
    setInterval: globalThis.setInterval,
    setImmediate: realImmediate,
    clearImmediate: globalThis.clearImmediate,
    Date: globalThis.Date,
    now: performance.now.bind(performance),
    random: Math.random,
    fill: globalThis.crypto.getRandomValues.bind(globalThis.crypto),
    timeout: AbortSignal.timeout.bind(AbortSignal),
    fetch: globalThis.fetch,
  };
  const asked = () => {
    const world = playing()?.world;
    world?.asks();
    return world;
  };
  const later = (work: Work, delayMs: number, args: unknown[]) =>
    new SimTimer(() => onStage().world.after(delayMs, () => void work(...args)));
  const delay = (ms: number | undefined) => Math.max(1, Number(ms) || 0);
  const cancel = (timer: unknown, otherwise: (timer: never) => void) => {
    if (timer instanceof SimTimer) timer.cancel();
    else otherwise(timer as never);
  };
  const repeat = (work: Work, ms: number, args: unknown[]) => {
    let stop = () => {};
    const next = () => {
      stop = onStage().world.after(ms, () => {
        next();
        void work(...args);
      });
      return () => stop();
    };
    return new SimTimer(next);
  };
  class SimDate extends real.Date {
    constructor(...args: unknown[]) {
      if (args.length === 0) super(SimDate.now());
      else super(...(args as [number]));
    }
    static override now(): number {
      return asked()?.timeOfDay() ?? real.Date.now();
    }
  }
  const chance = () => {
    const { world } = onStage();
    return world.current?.random ?? world.random;
  };
  const replaced = {
    setTimeout: (work: Work, ms?: number, ...args: unknown[]) =>
      playing() ? later(work, delay(ms), args) : real.setTimeout(work, ms, ...args),
    setInterval: (work: Work, ms?: number, ...args: unknown[]) =>
      playing() ? repeat(work, delay(ms), args) : real.setInterval(work, ms, ...args),
    setImmediate: (work: Work, ...args: unknown[]) =>
      playing() ? later(work, turnMs, args) : real.setImmediate(work, ...args),
    clearTimeout: (timer: unknown) => cancel(timer, real.clearTimeout),
    clearInterval: (timer: unknown) => cancel(timer, real.clearTimeout),
    clearImmediate: (timer: unknown) => cancel(timer, real.clearImmediate),
    Date: SimDate,
    fetch: (url: string, options: RequestInit) =>
      playing() ? onStage().network.fetch(url, options) : real.fetch(url, options),
  };
  Object.assign(globalThis, replaced);
  const put = (target: object, name: string, value: unknown) =>
    Object.defineProperty(target, name, { value, configurable: true, writable: true });
  put(performance, 'now', () => asked()?.now ?? real.now());
  put(Math, 'random', () => (asked() ? chance().fraction() : real.random()));
  put(globalThis.crypto, 'getRandomValues', (view: ArrayBufferView) =>
    playing() ? chance().fill(view) : real.fill(view as Uint8Array<ArrayBuffer>),
  );
  put(AbortSignal, 'timeout', (ms: number) => {
    if (!playing()) return real.timeout(ms);
    const controller = new AbortController();
    later(() => controller.abort(new DOMException('The time is over.', 'TimeoutError')), ms, []);
    return controller.signal;
  });
}
