import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { held, type HeldEntry } from '@benchmate/shared/facts/entry-hash';
import { openEngine, type Arm } from './arms.ts';
import { Author, factNumber } from './facts-team.ts';
import { loopLine, openLoops, watchLoop } from './loop-delay.ts';
import { line } from './statistics.ts';

const facts = 20_000;
const writes = 100;

/** An engine that starts with 20,000 facts, beside one that starts with none; then it states some itself. */
export async function factsInEngine(rounds: number): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'benchmate-facts-'));
  try {
    const empty: number[] = [];
    for (let round = 0; round <= rounds; round++) empty.push(await start(dir));
    addFacts(join(dir, 'engine-full', 'benchmate.db'));
    const full: number[] = [];
    for (let round = 0; round <= rounds; round++) full.push(await start(dir));
    console.log(line('start to the first answer, no facts', empty.slice(1), 'ms'));
    console.log(line(`start to the first answer, ${facts} facts`, full.slice(1), 'ms'));
    const engine = await openEngine(dir, 'full', watchLoop(dir));
    const loops = openLoops(dir, engine);
    try {
      await loops.read(); // loading the program holds it up: that is the benchmark e2
      const took: number[] = [];
      for (let index = 0; index < writes; index++) took.push(await setTag(engine, index));
      console.log(line(`a tag more, with ${facts} facts`, took, 'ms'));
      console.log(`tags: ${loopLine(await loops.read())}`);
    } finally {
      await loops.close();
      await engine.close();
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function start(dir: string): Promise<number> {
  const began = performance.now();
  const engine = await openEngine(dir, 'full');
  const tookMs = performance.now() - began;
  await engine.close();
  return tookMs;
}

async function setTag({ url, token }: Arm, index: number): Promise<number> {
  const began = performance.now();
  const response = await fetch(`${url}/api/2.0/mlflow/registered-models/set-tag`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ name: 'model 1', key: 'measured', value: String(index) }),
  });
  if (!response.ok) throw new Error(`set-tag: ${response.status} ${await response.text()}`);
  return performance.now() - began;
}

/** By the device that founded the team, into its store. */
function addFacts(file: string): void {
  const db = new Database(file);
  const [stored] = db.prepare<[], { team: string; json: string }>('SELECT team, json FROM feed_entry').all();
  const founding = held(JSON.parse(stored!.json) as HeldEntry['entry']);
  const author = new Author(founding.entry.author, stored!.team, { seq: 1, hash: founding.hash });
  const insert = db.prepare('INSERT INTO feed_entry (team, author, seq, hash, json) VALUES (?, ?, ?, ?, ?)');
  db.transaction(() => {
    for (let index = 0; index < facts; index++) {
      const { hash, entry } = author.write(factNumber(index), {});
      insert.run(entry.team, entry.author, entry.seq, hash, JSON.stringify(entry));
    }
  })();
  db.close();
}
