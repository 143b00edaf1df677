import { expect, test } from 'vitest';
import { parsePolicyFile, policyDifferences } from './policy-file.ts';

test('says how many approvals each alias asks for, with comments and anchors', () => {
  const text = '# who must agree\naliases:\n  champion: &two\n    approvals: 2 # not the author\n  production: *two\n';
  expect(parsePolicyFile(text)).toEqual({ champion: 2, production: 2 });
  expect(parsePolicyFile('aliases: {}')).toEqual({});
});

test.each([
  ['', 'policies.yaml lacks `aliases`.'],
  ['- champion\n', 'policies.yaml, line 1: the file is not as expected.'],
  ['aliases:\n  champion: 2\n', 'policies.yaml, line 2: `aliases.champion` is'],
  ['aliases:\n  champion:\n    approvals: eleven\n', 'policies.yaml, line 3: `aliases.champion.approvals` is'],
  ['aliases:\n  champion:\n    approvals: 11\n', 'policies.yaml, line 3: `aliases.champion.approvals` is'],
  ['aliases:\n  champion:\n    approvals: 1\n    of: me\n', 'policies.yaml, line 4: `aliases.champion.of` is'],
  ['aliases:\n  champion:\n    aprovals: 1\n', 'policies.yaml lacks `aliases.champion.approvals`.'],
  ['alias:\n  champion:\n    approvals: 1\n', 'policies.yaml lacks `aliases`.'],
  ['aliases: [\n', 'policies.yaml is not valid YAML at line'],
])('a rule that is misread protects nothing: %j is refused', (text, words) => {
  expect(() => parsePolicyFile(text)).toThrow(
    expect.objectContaining({ code: 'BAD_REQUEST', message: expect.stringContaining(words) }),
  );
});

test('the file is the whole truth: what it does not name asks for nothing', () => {
  expect(policyDifferences({ champion: 2, same: 1 }, { same: 1, old: 3, none: 0 })).toEqual([
    { alias: 'champion', now: 0, wanted: 2 },
    { alias: 'old', now: 3, wanted: 0 },
  ]);
});
