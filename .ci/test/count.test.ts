import { expect, test } from 'vitest';
import { countUnittest, sum } from './count.ts';

test('unittest closing lines are read, and no test run at all is a failure', () => {
  expect(countUnittest('Ran 12 tests in 0.1s\n\nOK (skipped=2)\n')).toMatchObject({
    passed: 10,
    failed: 0,
    skipped: 2,
  });
  const output = 'FAIL: test_log (tests.test_run.Run)\nRan 3 tests in 0.1s\n\nFAILED (failures=1, errors=1)\n';
  expect(countUnittest(output)).toEqual({
    passed: 1,
    failed: 2,
    skipped: 0,
    failures: ['test_log (tests.test_run.Run)'],
  });
  expect(countUnittest('Traceback …')).toMatchObject({ passed: 0, failed: 1, skipped: 0 });
});

test('counts add up', () => {
  expect(
    sum([
      { passed: 1, failed: 0, skipped: 0, failures: [] },
      { passed: 2, failed: 1, skipped: 3, failures: ['one'] },
    ]),
  ).toEqual({ passed: 3, failed: 1, skipped: 3, failures: ['one'] });
});
