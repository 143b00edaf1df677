import { expect, test } from 'vitest';
import { parseReviewersFile } from './reviewers-file.ts';

test('a line names a pattern and groups of people; models and files are told apart', () => {
  const text = `# who reviews
models:/churn*            @Ada   # the whole family
models:/churn*@champion   @Ada @Ben|@"Mira Voss"

MODEL_CARD.md @Ada
models:/toy
`;
  expect(parseReviewersFile(text)).toEqual({
    models: [
      { pattern: 'churn*', people: [['Ada']], line: 2 },
      { pattern: 'churn*@champion', people: [['Ada'], ['Ben', 'Mira Voss']], line: 3 },
      { pattern: 'toy', people: [], line: 6 },
    ],
    paths: [{ pattern: 'MODEL_CARD.md', people: [['Ada']], line: 5 }],
  });
});

test.each([
  ['models:/churn Ada', 'REVIEWERS, line 1: `Ada` is no person.'],
  ['\nmodels:/churn @Ada|', 'REVIEWERS, line 2: `` is no person.'],
  ['models:/churn @"Ada" @Ben@Cy', 'REVIEWERS, line 1: `@Cy` is not expected after a name.'],
  ['models:/ @Ada', 'REVIEWERS, line 1: no model is named.'],
])('%j is refused with its line', (text, message) => {
  expect(() => parseReviewersFile(text)).toThrow(message);
});
