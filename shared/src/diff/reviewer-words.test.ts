import { expect, test } from 'vitest';
import { groupsWords, ruleWords } from './reviewer-words.ts';

test.each([
  [[], 'nobody'],
  [[['Ada']], 'Ada'],
  [[['Ada'], ['Ben', 'Mira Voss']], 'Ada, and Ben or Mira Voss'],
])('%j reads %s', (groups, words) => expect(groupsWords(groups)).toBe(words));

test.each([
  ['churn*', 'churn* for every alias'],
  ['churn*@champion', 'churn* for champion'],
  ['a@b@*', 'a@b for every alias'],
])('%s is about %s', (pattern, words) => expect(ruleWords(pattern)).toBe(words));
