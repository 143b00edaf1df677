import { expect, test } from 'vitest';
import type { ReviewTarget } from '../domain/model-review.ts';
import type { ModelVersion } from '../domain/registry.ts';
import { approvalEffect } from './approval-effect-text.ts';

const effect = (targets: ReviewTarget[], hasApproved = false) =>
  approvalEffect({ version: { version: 9 } as ModelVersion, targets }, { name: 'Ben', hasApproved });
const target = (given: number, needed: number, ...groups: [string[], string | null][]): ReviewTarget => ({
  alias: 'champion',
  approvals: { given, needed },
  groups: groups.map(([people, approvedBy]) => ({ people, approvedBy })),
});

test('what an approval allows is said exactly: all of it, a part of it, nothing new', () => {
  expect(effect([])[0]).toMatch(/^No alias needs approvals, so approving v9 is recorded and allows nothing new/);
  expect(effect([target(1, 2)])).toEqual([
    'Approving allows a maintainer to promote v9 to champion (2 of 2 approvals).',
  ]);
  expect(effect([target(0, 2)])).toEqual([
    'After your approval (1 of 2 approvals), promoting v9 to champion still takes 1 more approval.',
  ]);
  expect(effect([target(2, 2)])).toEqual([
    'v9 has the approvals that champion needs: a maintainer may promote it already.',
  ]);
  // A second approval of the same person counts as one.
  expect(effect([target(1, 2)], true)[0]).toContain('(1 of 2 approvals), promoting v9 to champion still takes 1 more');
});

test('required reviewers count by name', () => {
  expect(effect([target(0, 0, [['Ben', 'Mira'], null])])).toEqual([
    'Approving allows a maintainer to promote v9 to champion.',
  ]);
  expect(effect([target(0, 1, [['Ben'], null], [['Ada', 'Tom'], null])])).toEqual([
    'After your approval (1 of 1 approvals), promoting v9 to champion still takes the approval of Ada or Tom.',
  ]);
  expect(effect([{ ...target(0, 1), alias: '*' }])[0]).toBe(
    'Approving allows a maintainer to promote v9 to every other alias (1 of 1 approvals).',
  );
});
