import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mergeCards } from '@benchmate/shared/cards/merge-cards';
import { diffCards } from '@benchmate/shared/diff/card-diff';
import { line, percentile } from './lib/statistics.ts';

const limitMs = 100;
const rounds = 30;

/** Semantic diff and three-way merge of a card of 10,000 lines, 200 results among them; `git merge-file`, which knows lines alone, in the same run. */
export async function bench(): Promise<void> {
  const { base, ours, theirs } = versions();
  const dir = mkdtempSync(join(tmpdir(), 'benchmate-cards-'));
  try {
    for (const [name, text] of Object.entries({ base, ours, theirs })) writeFileSync(join(dir, name), text);
    const times: Record<'merge' | 'diff' | 'git', number[]> = { merge: [], diff: [], git: [] };
    const processor: typeof times = { merge: [], diff: [], git: [] }; // what other programs on the machine do not lengthen
    const timed = <T>(name: keyof typeof times, work: () => T): T => {
      const [start, cpu] = [performance.now(), process.cpuUsage()];
      const result = work();
      times[name].push(performance.now() - start);
      const { user, system } = process.cpuUsage(cpu);
      processor[name].push((user + system) / 1000);
      return result;
    };
    for (let round = 0; round < rounds; round++) {
      const { conflicts } = timed('merge', () => mergeCards({ base, ours, theirs }));
      const { results } = timed('diff', () => diffCards(base, ours));
      timed('git', () => conflictsOfGit(dir));
      if (conflicts.length !== 0 || results.length !== 1) throw new Error('The merge or the diff was wrong.');
    }
    console.log(
      `A card of ${base.split('\n').length} lines with 200 results; git finds ${conflictsOfGit(dir)} conflict(s), Benchmate 0.`,
    );
    console.log(line('semantic merge', times.merge, 'ms'));
    console.log(line('semantic diff', times.diff, 'ms'));
    console.log(line('git merge-file, a process', times.git, 'ms'));
    console.log(line('semantic merge, processor time', processor.merge, 'ms'));
    console.log(line('semantic diff, processor time', processor.diff, 'ms'));
    for (const name of ['merge', 'diff'] as const) {
      const median = percentile(times[name], 50);
      console.log(
        `${name}: median ${median.toFixed(1)} ms (limit ${limitMs} ms): ${median <= limitMs ? 'kept' : 'MISSED'}`,
      );
      if (median > limitMs) process.exitCode = 1;
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function conflictsOfGit(dir: string): number {
  try {
    execFileSync('git', ['merge-file', '-p', 'ours', 'base', 'theirs'], { cwd: dir, stdio: 'pipe' });
    return 0;
  } catch (error) {
    return (error as { status: number }).status;
  }
}

/** One result changed and one added, two paragraphs; a neighbouring result, another licence, two other paragraphs. */
function versions() {
  let base = '---\nlicense: mit\nmodel-index:\n- name: m\n  results:\n';
  for (let i = 0; i < 200; i++)
    base += `  - task:\n      type: text-classification\n    dataset:\n      name: d${i}\n      type: d${i}\n      split: test\n    metrics:\n    - type: accuracy\n      value: 0.5${i}\n      name: acc\n`;
  base += '---\n\n';
  for (let i = 0; i < 1600; i++)
    base += `${i % 20 === 0 ? `## Section ${i}\n\n` : ''}Paragraph ${i} says some words about the model,\nthis is its second line,\nand ${i} its third.\n\nTwo words.\n`;
  while (base.split('\n').length < 10_000) base += 'A last line.\n';
  const item =
    '  - task:\n      type: other\n    dataset:\n      name: n\n      type: n\n    metrics:\n    - type: f1\n      value: 0.25\n';
  const ours = base
    .replace('0.550\n', '0.1\n')
    .replace('Paragraph 500 says', 'Paragraph 500 tells')
    .replace('and 900 its', 'and 900 her');
  const theirs = base
    .replace('      value: 0.550\n      name: acc\n', match => match + item)
    .replace('license: mit', 'license: apache-2.0')
    .replace('500 says some words', '500 says few words')
    .replace('and 1200 its', 'and 1200 his');
  return { base, ours, theirs };
}
