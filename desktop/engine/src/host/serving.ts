import type { EngineOptions, RunningEngine, Served } from './engine.ts';
import type { Gate } from './gate.ts';
import type { Host } from './host.ts';

export interface ServingParts {
  options: EngineOptions;
  gate: Gate;
  /** What must end already; grows. */
  stops: (() => void | Promise<void>)[];
  base: Omit<Host, 'epoch' | 'log' | 'lifetime' | 'verifiers' | 'sockets' | 'onStop' | 'stopSoon'>;
  endpointFile: string;
}

const stopWithinMs = 2000;
const headStartMs = 50;
const nothing: Served = { routes: [], sockets: [] };

/** The second half of a start: builds the features behind the gate while `/health` answers already. */
export function startServing({ options, gate, stops, base, endpointFile }: ServingParts): RunningEngine {
  let ended: Promise<void> | undefined;
  let tellStopped = () => {};
  const stopped = new Promise<void>(resolve => (tellStopped = resolve));
  const stop = () => (ended ??= endAll(stops).then(() => tellStopped()));
  const ready = build().catch(async (error: unknown) => {
    if (ended) return nothing; // stopped while it was being built: whatever broke by that is no failure
    await stop();
    throw error;
  });
  return { url: base.url, endpointFile, ready, stop, stopped };

  /** Loading the features holds up everything else for a while: first whoever waits for `/health` gets the answer. */
  async function build(): Promise<Served> {
    await Promise.race([gate.wanted, new Promise(resolve => setTimeout(resolve, headStartMs))]);
    const { openServing } = await import('./open-serving.ts');
    return ended ? nothing : openServing({ options, gate, stops, base, stop });
  }
}

/** In reverse order of creation; what hangs is left behind, the locks are freed in any case by the end of the process. */
async function endAll(stops: (() => void | Promise<void>)[]): Promise<void> {
  const deadline = Date.now() + stopWithinMs;
  for (const stop of stops.toReversed()) {
    const leftMs = Math.max(50, deadline - Date.now());
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>(resolve => (timer = setTimeout(resolve, leftMs)));
    await Promise.race([
      Promise.resolve()
        .then(stop)
        .catch(() => {}),
      late,
    ]);
    clearTimeout(timer);
  }
}
