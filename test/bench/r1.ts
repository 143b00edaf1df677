import { killLoop, sum } from '../chaos/kill-loop.ts';
import { line, percentile } from './lib/statistics.ts';

/** R1: 1,000 kills with -9 under load (`--kills N`, `--seed N`), for both durability classes in turns of 100. */
export async function bench(): Promise<void> {
  const kills = argument('--kills', 1000);
  const seed = argument('--seed', 1);
  const restarts: number[] = [];
  const cleanStarts: number[] = [];
  let acknowledged = 0;
  let done = 0;
  for (let part = 0; done < kills; part++) {
    const cycles = Math.min(100, kills - done);
    const durability = part % 2 === 0 ? 'full' : 'normal';
    const report = await killLoop({ cycles, seed: seed + part, args: ['--durability', durability] });
    restarts.push(...report.restarts);
    cleanStarts.push(...report.cleanStarts);
    acknowledged += sum(report.acknowledged);
    done += cycles;
    const counts = [...report.acknowledged].map(([name, count]) => `${count} ${name}`).join(', ');
    console.log(
      `seed ${seed + part}, ${durability}: ${cycles} kills, ${report.killedInStart} more while starting; acknowledged: ${counts}`,
    );
    const upkeep = [...report.killedInUpkeep].map(([name, count]) => `${count} ${name}`).join(', ');
    console.log(`  killed in the middle of upkeep: ${upkeep || 'none'}`);
  }
  console.log(line('restart after kill -9, to /health', restarts, 'ms'));
  console.log(line('start after an orderly end', cleanStarts, 'ms'));
  const ratio = percentile(restarts, 95) / percentile(cleanStarts, 95);
  console.log(`R1: ${done} kills, ${acknowledged} acknowledged changes, 0 lost, 0 twice, integrity_check ok each time`);
  console.log(`R1: restart p95 / clean start p95 = ${ratio.toFixed(2)} (goal: at most 2)`);
}

function argument(name: string, fallback: number): number {
  const at = process.argv.indexOf(name);
  return at < 0 ? fallback : Number(process.argv[at + 1]);
}
