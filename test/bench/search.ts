import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openDevice } from '../support/team.ts';
import { fillWithText, queries } from './lib/text-data.ts';
import { benchOptions } from './lib/options.ts';
import { line, percentile } from './lib/statistics.ts';

const limitMs = 50;

/**
 * Full-text search over 5,000 notes and 5,000 comments, from the call of a client until the answer with its snippets is there; the
 * rival is the least that finds anything, a scan of the same texts for the same words in the same database.
 */
export async function bench(): Promise<void> {
  const { rounds } = benchOptions({ rounds: 300, seconds: 1 });
  const isWhole = rounds >= 300;
  const entries = isWhole ? 10_000 : 500;
  const dir = mkdtempSync(join(tmpdir(), 'benchmate-search-'));
  const { device, stop } = await openDevice(join(dir, 'data'), 'Ana');
  try {
    const { teamId } = await device.client.team.state.query();
    await device.kill();
    const file = join(dir, 'data', 'benchmate.db');
    fillWithText(file, teamId, entries);
    await device.start();
    const began = performance.now();
    let waits = 1;
    while (waits > 0) waits = (await device.client.textSearch.find.query({ text: 'x' })).pending;
    console.log(`indexed ${entries} notes and comments in ${((performance.now() - began) / 1000).toFixed(1)} s`);
    const db = new Database(file, { readonly: true });
    const ours: number[] = [];
    const scans: number[] = [];
    let found = 0;
    for (let round = 0; round < rounds; round++) {
      const { text, typing } = queries[round % queries.length]!;
      const sent = performance.now();
      found += (await device.client.textSearch.find.query({ text, typing })).hits.length;
      ours.push(performance.now() - sent);
      scans.push(scan(db, text));
    }
    db.close();
    if (found < rounds / 2) throw new Error(`Only ${found} hits: there is nothing to find.`);
    console.log(line('search, client to answer', ours, 'ms'));
    console.log(line('scan of the same texts', scans, 'ms'));
    const p95 = percentile(ours, 95);
    console.log(`${(percentile(scans, 50) / percentile(ours, 50)).toFixed(1)} times the scan (medians)`);
    console.log(`p95 ${p95.toFixed(1)} ms (limit ${limitMs} ms): ${p95 <= limitMs ? 'kept' : 'MISSED'}`);
    if (p95 > limitMs && isWhole) process.exitCode = 1;
  } finally {
    await stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

function scan(db: Database.Database, text: string): number {
  const words = text.replaceAll(/["*]/g, '').split(' ');
  const began = performance.now();
  db.prepare(`SELECT count(*) FROM text_entry WHERE ${words.map(() => 'body LIKE ?').join(' AND ')}`).all(
    ...words.map(word => `%${word}%`),
  );
  return performance.now() - began;
}
