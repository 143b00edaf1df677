import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';
import { createEngineClient } from '@benchmate/shared/protocol/client';
import { openEngine, type Arm } from './lib/arms.ts';
import { loopLine, openLoops, watchLoop, type LoopReading } from './lib/loop-delay.ts';
import { printMachine } from './lib/machine.ts';
import { endGroup, obeying, spawnPinned } from './lib/pinned.ts';
import { newRun, storedPoints } from './lib/rest.ts';
import { percentile } from './lib/statistics.ts';

const runs = 50;
const metrics = 20;
const hz = 10;
const parts = 10;
const goals = { cpu: 1.2, bytes: 1.05 };

interface Part {
  cpuSeconds: number;
  bytes: number;
  messages: number;
  points: number;
  loop: LoopReading;
}

/**
 * T9: 50 live runs that log 20 metrics ten times a second for ten minutes, and a subscriber who watches one of them and the
 * list of runs. What a part of the time costs must not grow with what is there already.
 */
export async function bench(): Promise<void> {
  const { values } = parseArgs({
    args: process.argv.slice(3),
    options: { minutes: { type: 'string', default: '10' } },
  });
  const seconds = (Number(values.minutes) * 60) / parts;
  const dir = mkdtempSync(join(tmpdir(), 'benchmate-t9-'));
  const engine = await openEngine(dir, 'full', watchLoop(dir));
  const loops = openLoops(dir, engine);
  const load = spawnPinned(1, [process.execPath, fileURLToPath(new URL('processes/live-load.ts', import.meta.url))]);
  const subscriber = subscribe(engine);
  try {
    await printMachine();
    const runIds = await Promise.all(Array.from({ length: runs }, () => newRun(engine)));
    subscriber.watch(runIds[0]!);
    const order = { url: engine.url, token: engine.token, runIds, metrics, hz };
    const ask = obeying(load)<{ points: number; latencies: number[] }>;
    await ask({ ...order, seconds: 5, runIds: await Promise.all(runIds.map(() => newRun(engine))) }); // warm-up
    const logging = ask({ ...order, seconds: seconds * parts });
    const measured: Part[] = [];
    for (let part = 0; part < parts; part++) {
      await loops.read();
      const before = { cpu: cpuSeconds(engine), ...subscriber.seen() };
      await new Promise(resolve => setTimeout(resolve, seconds * 1000));
      const after = { cpu: cpuSeconds(engine), ...subscriber.seen() };
      measured.push({
        cpuSeconds: after.cpu - before.cpu,
        bytes: after.bytes - before.bytes,
        messages: after.messages - before.messages,
        points: after.points - before.points,
        loop: await loops.read(),
      });
    }
    const { points, latencies } = await logging;
    report(measured, seconds);
    console.log(
      `log-batch of ${metrics}: p50 ${percentile(latencies, 50).toFixed(1)} ms, p99 ${percentile(latencies, 99).toFixed(1)} ms`,
    );
    let stored = 0;
    for (const runId of runIds)
      for (let key = 0; key < metrics; key++) stored += await storedPoints(engine, runId, `m${key}`);
    console.log(`${stored} points stored of ${points} acknowledged`);
    if (stored !== points) throw new Error('Points were lost.');
  } finally {
    subscriber.close();
    await endGroup(load);
    await loops.close();
    await engine.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

function report(measured: readonly Part[], seconds: number): void {
  measured.forEach(({ cpuSeconds, bytes, messages, points, loop }, index) =>
    console.log(
      `part ${String(index + 1).padStart(2)} (${seconds} s): engine ${((100 * cpuSeconds) / seconds).toFixed(1).padStart(5)} % of a core; subscriber ` +
        `${(bytes / 1024).toFixed(0).padStart(6)} KiB in ${messages} messages with ${points} points of its run; ${loopLine(loop)}`,
    ),
  );
  const [first, last] = [measured[0]!, measured.at(-1)!];
  const verdict = (met: boolean) => (met ? 'met' : 'NOT met');
  const cpu = last.cpuSeconds / first.cpuSeconds;
  const bytes = last.bytes / last.messages / (first.bytes / first.messages);
  console.log(
    `T9 processor, last part against the first: ${cpu.toFixed(2)}x (goal at most ${goals.cpu}x: ${verdict(cpu <= goals.cpu)})`,
  );
  console.log(
    `T9 bytes of a message to the subscriber, last part against the first: ${bytes.toFixed(2)}x (goal at most ${goals.bytes}x: ${verdict(bytes <= goals.bytes)})`,
  );
}

/** A client as the companion is one; counts what comes over its socket. */
function subscribe({ url, token }: Arm) {
  let [bytes, messages, points] = [0, 0, 0];
  class Counting extends WebSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols);
      this.on('message', data => {
        bytes += (data as Buffer).length;
        messages++;
      });
    }
  }
  const client = createEngineClient({ url, token, WebSocket: Counting as never });
  const open: { unsubscribe: () => void }[] = [];
  return {
    watch(runId: string): void {
      open.push(client.metrics.watch.subscribe({ runId }, { next: batch => void (points += batch.length) }));
      open.push(client.runs.changes.subscribe({}, { next: () => {} }));
    },
    seen: () => ({ bytes, messages, points }),
    close(): void {
      for (const subscription of open) subscription.unsubscribe();
      client.close();
    },
  };
}

/** What the engine's process used of the processors so far, by Linux's own count. */
function cpuSeconds({ pid }: Arm): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
