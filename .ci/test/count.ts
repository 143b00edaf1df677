import { readFileSync } from 'node:fs';

/** Tests of one runner. */
export interface Count {
  passed: number;
  failed: number;
  skipped: number;
  /** What failed, by the names that its runner gives; a runner may know fewer names than failures. */
  failures: readonly string[];
}

export const nothing: Count = { passed: 0, failed: 0, skipped: 0, failures: [] };

export const sum = (counts: readonly Count[]): Count =>
  counts.reduce(
    (a, b) => ({
      passed: a.passed + b.passed,
      failed: a.failed + b.failed,
      skipped: a.skipped + b.skipped,
      failures: [...a.failures, ...b.failures],
    }),
    nothing,
  );

/** Closing lines of Python's unittest: `Ran 12 tests …`, then `OK (skipped=1)` or `FAILED (failures=1, errors=2)`. */
export function countUnittest(output: string): Count {
  const ran = Number(/^Ran (\d+) tests?/m.exec(output)?.[1] ?? 0);
  const closing = /^(?:OK|FAILED)(?: \((.*)\))?\s*$/m.exec(output)?.[1] ?? '';
  const named = (key: string) => Number(new RegExp(`${key}=(\\d+)`).exec(closing)?.[1] ?? 0);
  const failed = named('failures') + named('errors') + named('unexpected successes');
  const skipped = named('skipped');
  const failures = [...output.matchAll(/^(?:FAIL|ERROR): (.+)$/gm)].map(match => match[1]!);
  return ran === 0
    ? { passed: 0, failed: 1, skipped: 0, failures: ['unittest ran no test'] }
    : { passed: ran - failed - skipped, failed, skipped, failures };
}

/** Mocha's JSON reporter, as the tests inside the editor's extension host write it. */
export function countMocha(file: string): Count {
  const { stats, failures } = JSON.parse(readFileSync(file, 'utf8')) as {
    stats: { passes: number; failures: number; pending: number };
    failures: { fullTitle: string }[];
  };
  return {
    passed: stats.passes,
    failed: stats.failures,
    skipped: stats.pending,
    failures: failures.map(({ fullTitle }) => fullTitle),
  };
}
