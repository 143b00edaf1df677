import { parseArgs } from 'node:util';
import { openCluster, openOneServer, type Place } from '../chaos/storm-place.ts';
import { storm, type StormReport } from '../chaos/storm.ts';
import { seeded } from '../support/dice.ts';
import { line } from './lib/statistics.ts';

const limitMs = 5000;

/**
 * R5: storms of 20 s (`--seconds`) for 10 minutes (`--minutes`, at least one storm for each place), in turns against one server
 * on SQLite and two on PostgreSQL and Redis, with 20 clients (`--clients`), each followed by a count of what is lost and how soon all are in step.
 */
export async function bench(): Promise<void> {
  const text = { type: 'string' } as const;
  const options = { minutes: text, seconds: text, clients: text, seed: text };
  const { values } = parseArgs({ args: process.argv.slice(3), options });
  const clients = Number(values.clients ?? 20);
  const first = Number(values.seed ?? 1);
  const seconds = Number(values.seconds ?? 20);
  const rounds = Math.max(2, Math.round((Number(values.minutes ?? 10) * 60) / seconds));
  const dice = seeded(first);
  const lines = Math.min(clients, 10);
  const places = [await openOneServer(lines, dice), await openCluster(lines, dice)].filter(
    place => place !== undefined,
  );
  const reports: StormReport[] = [];
  try {
    for (let round = 0; round < rounds; round++) {
      const place: Place = places[round % places.length]!;
      const seed = first + round;
      const report = await storm({ place, document: `r5-${seed}`, clients, seconds, seed });
      reports.push(report);
      console.log(`  seed ${seed}, ${place.servers().length} servers: ${sentence(report)}`);
      if (report.lost.length > 0 || report.convergedMs > limitMs) console.log(report.acts.join('\n'), report.lost);
    }
    for (const place of places)
      console.log(`  killed: ${place.parts.map(({ name, kills }) => `${name} ${kills} times`).join(', ')}`);
  } finally {
    for (const place of places) await place.close();
  }
  const sum = (of: (report: StormReport) => number) => reports.reduce((total, report) => total + of(report), 0);
  console.log(
    line(
      'in step after the last fault',
      reports.map(({ convergedMs }) => convergedMs),
      'ms',
    ),
  );
  console.log(
    `R5: ${clients} clients, ${rounds} storms of ${seconds} s: ${sum(({ written }) => written)} updates, ` +
      `${sum(({ lost }) => lost.length)} acknowledged ones lost or overwritten (goal: 0), ` +
      `${reports.filter(({ convergedMs }) => convergedMs > limitMs).length} storms after which it took longer than 5 s (goal: 0)`,
  );
  if (reports.some(({ lost, convergedMs }) => lost.length > 0 || convergedMs > limitMs)) process.exitCode = 1;
}

const sentence = ({ written, acknowledged, lost, convergedMs, acts }: StormReport) =>
  `${written} updates, ${acknowledged} acknowledged during ${acts.length} faults, ${lost.length} lost, ` +
  `in step after ${(convergedMs / 1000).toFixed(1)} s`;
