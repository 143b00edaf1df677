import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { bugs } from './bugs.ts';
import type { SimulationReport } from './simulate.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));

/** Plants each bug in a process of its own and lets it look for so many seeds. Settles to the exit code: 0 when all were found. */
export async function findBugs(seeds: number): Promise<number> {
  const missed: string[] = [];
  for (const { name, says } of bugs) {
    const report = await look(name, seeds);
    const found = report?.failed[0];
    if (!found) missed.push(name);
    console.log(`${name.padEnd(24)} ${found ? `seed ${found.seed}` : 'MISSED'}`.padEnd(36), outcome(report, seeds));
    console.log(`  planted: ${says}`);
  }
  const rest = missed.length > 0 ? `; missed: ${missed.join(', ')}` : '';
  console.log(`${bugs.length - missed.length} of ${bugs.length} planted bugs found within ${seeds} seeds each${rest}.`);
  return missed.length === 0 ? 0 : 1;
}

function outcome(report: SimulationReport | null, seeds: number): string {
  if (!report) return 'its process ended early: see npm run sim -- --bug';
  const took = `${report.seconds.toFixed(1).padStart(6)} s`;
  return `${took}  ${report.failed[0]?.violation.split('\n', 1)[0] ?? `nothing in ${seeds} seeds`}`;
}

/** A seed that never gives its turn back is found, too: the watchdog ends its process and says which it was. */
async function look(bug: string, seeds: number): Promise<SimulationReport | null> {
  const began = performance.now();
  const child = fork(main, ['--bug', bug, '--seeds', String(seeds)], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  let report: SimulationReport | null = null;
  let output = '';
  child.on('message', message => (report = message as SimulationReport));
  child.stdout!.on('data', (data: Buffer) => (output += data.toString()));
  await once(child, 'close');
  const endless = /^seed (\d+): (P8: not over .*)$/m.exec(output);
  if (report || !endless) return report;
  const failed = [{ seed: Number(endless[1]), violation: endless[2]! }];
  return { seeds, seconds: (performance.now() - began) / 1000, failed };
}
