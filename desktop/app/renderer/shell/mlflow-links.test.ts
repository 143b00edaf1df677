import { expect, test } from 'vitest';
import { pageOfMlflowLink } from './mlflow-links.ts';

const run = '0123456789abcdef0123456789abcdef';

test('links that the stock client prints lead to the page of the same thing', () => {
  expect(pageOfMlflowLink(`#/experiments/1/runs/${run}`)).toBe(`/runs/${run}`);
  expect(pageOfMlflowLink(`#/experiments/1/runs/${run}/artifacts`)).toBe(`/runs/${run}`);
  expect(pageOfMlflowLink('#/experiments/1')).toBe('/runs');
  expect(pageOfMlflowLink('#/models/churn%20eu/versions/3')).toBe('/models/churn%20eu/v3');
});

test('any other fragment is left alone', () => {
  for (const hash of ['', '#', '#abc', '#/runs/1', `#/experiments/1/runs/${run}zz`])
    expect(pageOfMlflowLink(hash)).toBe(hash.startsWith('#/experiments') ? '/runs' : null);
});
