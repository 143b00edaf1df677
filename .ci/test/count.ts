import { readFileSync } from 'node:fs';

/** Tests of one runner. */
export interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

export const nothing: Count = { passed: 0, failed: 0, skipped: 0 };

export const sum = (counts: readonly Count[]): Count =>
  counts.reduce(
    (a, b) => ({ passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped }),
    nothing,
  );

/** Vitest's JSON report. A file that failed to load counts as one failed test. */
export function countVitest(file: string): Count {
  const report = JSON.parse(readFileSync(file, 'utf8')) as {
    numPassedTests: number;
    numFailedTests: number;
    numPendingTests: number;
    numTodoTests: number;
    testResults: { status: string; assertionResults: unknown[] }[];
  };
  const broken = report.testResults.filter(
    result => result.status === 'failed' && result.assertionResults.length === 0,
  ).length;
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** Closing lines of Python's unittest: `Ran 12 tests …`, then `OK (skipped=1)` or `FAILED (failures=1, errors=2)`. */
export function countUnittest(output: string): Count {
  const ran = Number(/^Ran (\d+) tests?/m.exec(output)?.[1] ?? 0);
  const closing = /^(?:OK|FAILED)(?: \((.*)\))?\s*$/m.exec(output)?.[1] ?? '';
  const named = (key: string) => Number(new RegExp(`${key}=(\\d+)`).exec(closing)?.[1] ?? 0);
  const failed = named('failures') + named('errors') + named('unexpected successes');
  const skipped = named('skipped');
  return ran === 0 ? { passed: 0, failed: 1, skipped: 0 } : { passed: ran - failed - skipped, failed, skipped };
}

/** Mocha's JSON reporter, as the tests inside the editor's extension host write it. */
export function countMocha(file: string): Count {
  const { stats } = JSON.parse(readFileSync(file, 'utf8')) as {
    stats: { passes: number; failures: number; pending: number };
  };
  return { passed: stats.passes, failed: stats.failures, skipped: stats.pending };
}
