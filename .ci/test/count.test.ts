import { expect, test } from 'vitest';
import { countUnittest, sum } from './count.ts';

test('unittest closing lines are read, and no test run at all is a failure', () => {
  expect(countUnittest('Ran 12 tests in 0.1s\n\nOK (skipped=2)\n')).toEqual({ passed: 10, failed: 0, skipped: 2 });
  expect(countUnittest('Ran 3 tests in 0.1s\n\nFAILED (failures=1, errors=1)\n')).toEqual({
    passed: 1,
    failed: 2,
    skipped: 0,
  });
  expect(countUnittest('Traceback …')).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

test('counts add up', () => {
  expect(
    sum([
      { passed: 1, failed: 0, skipped: 0 },
      { passed: 2, failed: 1, skipped: 3 },
    ]),
  ).toEqual({ passed: 3, failed: 1, skipped: 3 });
});
