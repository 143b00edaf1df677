import { expect, test } from 'vitest';
import { BenchmateError } from '../errors/benchmate-error.ts';
import { parseProjectFile } from './project-file.ts';

const valid = 'id: "abcdefgh"\nname: churn\n';

test('defaults are filled in and unknown keys are left alone', () => {
  expect(parseProjectFile(`${valid}later: 1\n`)).toMatchObject({
    params: 'params.yaml',
    train: ['python', 'train.py'],
  });
});

test.each([
  [
    'a wrong value',
    `${valid}directions:\n  auc: up\n`,
    /benchmate\.yaml, line 4: `directions\.auc`/,
    /`higher`, `lower` or `unknown`/,
  ],
  ['a wrong type', `${valid}train: python train.py\n`, /line 3: `train`/, /\[python, train\.py\]/],
  ['a wrong item', `${valid}train:\n  - python\n  - 3\n`, /line 5: `train\.1`/, /list of texts/],
  ['a missing key', 'name: churn\n', /lacks `id`/, /8 to 64/],
  ['an empty file', '', /lacks `id`/, /8 to 64/],
  ['a list', '- a\n', /line 1: the file/, /one per line/],
  ['broken YAML', 'id: abcdefgh\nname: [a\n', /not valid YAML at line [23]/, /nothing was changed/],
])('%s is refused with file, line, key and what is allowed', (_, text, what, next) => {
  const error = (() => {
    try {
      return parseProjectFile(text);
    } catch (thrown) {
      return thrown;
    }
  })();
  expect(error).toBeInstanceOf(BenchmateError);
  expect(error).toMatchObject({
    code: 'BAD_REQUEST',
    message: expect.stringMatching(what),
    nextStep: expect.stringMatching(next),
  });
});
