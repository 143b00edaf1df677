import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printMachine } from './lib/machine.ts';
import { benchOptions } from './lib/options.ts';
import { median, percentile } from './lib/statistics.ts';
import { openHocuspocus, openOurs, openRelay, openYWebsocket, type OpenSyncArm } from './lib/sync-arms.ts';
import { syncLoad, type SyncLoad } from './lib/sync-load.ts';

interface Round {
  p50: number;
  p99: number;
  processor: number;
  acknowledged: number;
  dropped: number;
}

const loads: readonly (Omit<SyncLoad, 'seconds'> & { title: string })[] = [
  { title: '50 rooms x 3', rooms: 50, clients: 3, updatesPerSecond: 350 },
  { title: '500 rooms x 3', rooms: 500, clients: 3, updatesPerSecond: 350 },
  { title: '1 room x 200', rooms: 1, clients: 200, updatesPerSecond: 20 },
];

const goals = [
  ['Hocuspocus', ' (goals: at most 1.0 and 0.5)'],
  ['y-websocket', ' (goal: at most 1.0)'],
] as const;

/**
 * C1: broadcast latency and processor time per update, beside Hocuspocus, y-websocket and a relay that does nothing but pass on and
 * answer, in turns.
 */
export async function bench(): Promise<void> {
  const { rounds, seconds } = benchOptions({ rounds: 11, seconds: 10 });
  await printMachine();
  for (const { title, ...load } of loads) {
    console.log(`${title}, ${load.updatesPerSecond} updates/s, ${rounds} rounds of ${seconds} s`);
    const byName = new Map<string, Round[]>();
    for (let round = 0; round < rounds; round++) {
      const arms = [openOurs, openHocuspocus, openYWebsocket, openRelay];
      for (let turn = 0; turn < arms.length; turn++) {
        const { name, figures } = await measure(arms[(turn + round) % arms.length]!, { ...load, seconds });
        byName.set(name, [...(byName.get(name) ?? []), figures]);
      }
    }
    for (const [name, all] of byName) console.log(line(name, all));
    ratios(byName);
  }
}

async function measure(open: OpenSyncArm, load: SyncLoad): Promise<{ name: string; figures: Round }> {
  const dir = mkdtempSync(join(tmpdir(), 'benchmate-c1-'));
  const arm = await open(dir);
  try {
    const { broadcastMs, acknowledgedMs, processorMsPerUpdate, dropped } = await syncLoad(arm, load);
    const figures = {
      p50: percentile(broadcastMs, 50),
      p99: percentile(broadcastMs, 99),
      processor: processorMsPerUpdate,
      acknowledged: percentile(acknowledgedMs, 99),
      dropped,
    };
    return { name: arm.name, figures };
  } finally {
    await arm.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

const middle = (rounds: readonly Round[], pick: keyof Round) => median(rounds.map(round => round[pick]));

function line(name: string, rounds: readonly Round[]): string {
  const acknowledged = middle(rounds, 'acknowledged');
  const ack = Number.isNaN(acknowledged) ? 'no acknowledgement' : `acknowledged p99 ${acknowledged.toFixed(2)} ms`;
  return (
    `  ${name.padEnd(36)} broadcast p50 ${middle(rounds, 'p50').toFixed(2)} p99 ${middle(rounds, 'p99').toFixed(2)} ms, ` +
    `${middle(rounds, 'processor').toFixed(3)} ms of processor per update, ${ack}, ${middle(rounds, 'dropped')} dropped`
  );
}

function ratios(byName: ReadonlyMap<string, readonly Round[]>): void {
  const ours = byName.get('benchmate-sync')!;
  for (const [name, theirs] of byName) {
    if (theirs === ours) continue;
    const of = (pick: keyof Round) => (middle(ours, pick) / middle(theirs, pick)).toFixed(2);
    const goal = goals.find(([of]) => name.startsWith(of))?.[1] ?? '';
    console.log(`  against ${name}: broadcast p99 ${of('p99')}x, processor ${of('processor')}x${goal}`);
  }
}
