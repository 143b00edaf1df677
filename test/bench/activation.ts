import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInHost } from '../support/editor-host.ts';
import { packagedExtension } from '../support/editor.ts';
import { packEmptyExtension } from '../support/small-extension.ts';
import { benchOptions } from './lib/options.ts';
import { line, median } from './lib/statistics.ts';

const limitMs = 60;
const ours = 'benchmate.benchmate';
const empty = 'benchmate.empty';

/** V1: loading and activating the packaged extension in a real extension host, against an empty one in the same host. */
export async function bench(): Promise<void> {
  const { rounds } = benchOptions({ rounds: 7, seconds: 1 });
  const home = mkdtempSync(join(tmpdir(), 'benchmate-activation-'));
  const took: Record<string, number[]> = { [ours]: [], [empty]: [] };
  try {
    const vsix = [packagedExtension(), await packEmptyExtension(home)];
    const folder = join(home, 'folder');
    mkdirSync(folder);
    writeFileSync(join(folder, 'notes.txt'), 'nothing of ours is here\n');
    for (let round = 0; round < rounds; round++) {
      const results = join(home, 'results.json');
      const order = round % 2 === 0 ? [ours, empty] : [empty, ours];
      await runInHost({
        suite: 'test/editor/in-host/activation-suite.ts',
        vsix,
        folder,
        env: { ACTIVATE: order.join(), ACTIVATION_RESULTS: results },
      });
      const times = JSON.parse(readFileSync(results, 'utf8')) as Record<string, number>;
      for (const [id, ms] of Object.entries(times)) took[id]?.push(ms);
    }
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
  console.log(line('Benchmate, load and activate', took[ours] ?? [], 'ms'));
  console.log(line('empty extension', took[empty] ?? [], 'ms'));
  const [a, b] = [median(took[ours] ?? []), median(took[empty] ?? [])];
  console.log(`p50 ${a.toFixed(1)} ms (V1: at most ${limitMs}), ${(a / b).toFixed(1)} times the empty extension`);
}
