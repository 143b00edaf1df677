import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { countFiles, failedFiles, readReport, secondRun, type FileResult } from './vitest-report.ts';

const file = (name: string, results: Record<string, string>, status?: string): FileResult => ({
  name: `/project/${name}`,
  status: status ?? (Object.values(results).includes('failed') ? 'failed' : 'passed'),
  assertionResults: Object.entries(results).map(([fullName, its]) => ({ fullName, status: its })),
});
const sums = file('a.test.ts', { adds: 'passed', divides: 'failed', rounds: 'skipped' });
const broken = file('b.test.ts', {}, 'failed');
const fine = file('c.test.ts', { reads: 'passed' });

test('a report names what failed; a file that was not loaded, or whose set-up failed, counts as one', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'benchmate-report-')), 'report.json');
  const unset = file('d.test.ts', { waits: 'skipped' }, 'failed');
  writeFileSync(path, JSON.stringify({ testResults: [sums, broken, unset, fine] }));
  const files = readReport(path);
  expect(countFiles(files)).toEqual({
    passed: 2,
    failed: 3,
    skipped: 2,
    failures: [
      'divides (a.test.ts)',
      'b.test.ts could not be loaded or set up',
      'd.test.ts could not be loaded or set up',
    ],
  });
  expect(failedFiles(files)).toEqual([sums, broken, unset]);
});

test('a file that ran again counts by its second run, and what passed only then is named', () => {
  const better = file('a.test.ts', { adds: 'failed', divides: 'passed', rounds: 'skipped' });
  const { files, onlyOnce } = secondRun([sums, broken, fine], [better, broken]);
  expect(files).toEqual([better, broken, fine]);
  expect(onlyOnce).toEqual(['divides (a.test.ts)']);
  expect(countFiles(files)).toMatchObject({
    passed: 2,
    failed: 2,
    failures: ['adds (a.test.ts)', 'b.test.ts could not be loaded or set up'],
  });
});

test('without a second run nothing changes', () => {
  expect(secondRun([sums, fine], [])).toEqual({ files: [sums, fine], onlyOnce: [] });
});
