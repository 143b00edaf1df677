import type { Arm } from './arms.ts';
import { ratio, type Rounds } from './rounds.ts';
import { median } from './statistics.ts';

/** One line an arm: rate, spread, latencies. */
export function printRates(arms: readonly Arm[], rounds: Rounds, unit: string, digits = 0): void {
  for (const { name, keeps } of arms) {
    const measured = rounds.get(name)!;
    const rates = measured.map(({ rate }) => rate);
    const spread = `${Math.min(...rates).toFixed(digits)}–${Math.max(...rates).toFixed(digits)}`;
    const ms = (pick: 'p50Us' | 'p99Us') => (median(measured.map(round => round[pick] ?? 0)) / 1000).toFixed(2);
    const latency = measured[0]?.p50Us === undefined ? '' : `; p50 ${ms('p50Us')} ms, p99 ${ms('p99Us')} ms`;
    const n = measured.reduce((sum, round) => sum + round.n, 0);
    console.log(
      `${name.padEnd(44)} ${median(rates).toFixed(digits).padStart(8)} ${unit} (${spread}${latency}; ${n} ${keeps ? 'counted in the store' : 'kept nowhere'})`,
    );
  }
}

/** `goal` is the least (or with `atMost` the greatest) ratio of the two arms; met when the whole 95 % range meets it. */
export function printRatio(
  label: string,
  rounds: Rounds,
  of: { ours: Arm; theirs: Arm; goal: number; atMost?: boolean; pick?: 'rate' | 'p99Us' },
): void {
  const values = (arm: Arm) => rounds.get(arm.name)!.map(round => round[of.pick ?? 'rate'] ?? NaN);
  const { median, best, low, high } = ratio(values(of.ours), values(of.theirs));
  const met = of.atMost ? high <= of.goal : low >= of.goal;
  const digits = of.goal < 1 ? 3 : 1;
  console.log(
    `${label}: ${median.toFixed(digits)}x (95 %: ${low.toFixed(digits)}–${high.toFixed(digits)}; best rounds ${best.toFixed(digits)}x; ` +
      `goal ${of.atMost ? 'at most' : 'at least'} ${of.goal}x: ${met ? 'met' : 'NOT met'})`,
  );
}

/** How near one arm comes to its limit. */
export function printShare(rounds: Rounds, ours: Arm, limit: Arm): void {
  const values = (arm: Arm) => rounds.get(arm.name)!.map(({ rate }) => rate);
  const { median } = ratio(values(ours), values(limit));
  console.log(`${ours.name}: ${(100 * median).toFixed(0)} % of the ${limit.name}`);
}
