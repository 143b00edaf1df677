import { parseArgs } from 'node:util';

/** `npm run bench -- t2 --rounds 3 --seconds 1`: fewer and shorter rounds say whether it works, not how fast it is. */
export function benchOptions(defaults: { rounds: number; seconds: number }): { rounds: number; seconds: number } {
  const { values } = parseArgs({
    args: process.argv.slice(3),
    options: { rounds: { type: 'string' }, seconds: { type: 'string' } },
  });
  const rounds = Number(values.rounds ?? defaults.rounds);
  const seconds = Number(values.seconds ?? defaults.seconds);
  if (!Number.isInteger(rounds) || rounds < 1 || !(seconds > 0)) throw new Error('--rounds N --seconds S');
  return { rounds, seconds };
}
