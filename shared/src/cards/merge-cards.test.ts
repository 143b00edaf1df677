import { describe, expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import { parseModelCard } from '../formats/model-card.ts';
import { mergeCards } from './merge-cards.ts';

const base = `---
# Licence of the data, too
license: mit # agreed in May
language: en
tags:
- tabular
- trees
model-index:
- name: churn
  results:
  - task:
      type: tabular-classification
    dataset:
      name: Churn
      type: churn
      split: test
    metrics:
    - type: accuracy
      value: 0.91
    # the one that decides
    - type: f1
      value: 0.8
---

# Churn

Predicts who leaves.

## Uses

For letters. Not for prices.

## Limits

Only one year of data.
`;
const edit = (text: string, ...edits: [string | RegExp, string][]) =>
  edits.reduce((result, [from, to]) => {
    expect(result).toMatch(from);
    return result.replace(from, () => to);
  }, text);

describe('N10: two cards that were edited apart become one', () => {
  test('values, results, tags and words of both are in it; comments and order stay', () => {
    const ours = edit(
      base,
      ['value: 0.91', 'value: 0.92'],
      ['- trees\n', '- trees\n- ours\n'],
      ['letters', 'many letters'],
    );
    const theirs = edit(
      base,
      ['license: mit', 'license: apache-2.0'],
      ['language: en', 'language: [en, de]'],
      ['      value: 0.8\n', '      value: 0.8\n    - type: roc_auc\n      value: 0.95 # new\n'],
      ['prices', 'credit'],
    );
    const { text, conflicts } = mergeCards({ base, ours, theirs });
    expect(conflicts).toEqual([]);
    expect(text).toBe(
      edit(
        base,
        ['license: mit', 'license: apache-2.0'],
        ['language: en', 'language: [en, de]'],
        ['- trees\n', '- trees\n- ours\n'],
        ['value: 0.91', 'value: 0.92'],
        ['      value: 0.8\n', '      value: 0.8\n    - type: roc_auc\n      value: 0.95 # new\n'],
        ['For letters. Not for prices.', 'For many letters. Not for credit.'],
      ),
    );
    expect(mergeCards({ base, ours: theirs, theirs: ours }).text).toBe(text);
  });

  test('what both changed differently is marked, and both values are kept in valid YAML', () => {
    const ours = edit(
      base,
      ['license: mit', 'license: gpl-3.0'],
      ['value: 0.91', 'value: 0.92'],
      ['one year', 'two years'],
    );
    const theirs = edit(
      base,
      ['license: mit', 'license: apache-2.0'],
      ['value: 0.91', 'value: 0.93'],
      ['one year', 'five years'],
    );
    const { text, conflicts } = mergeCards({ base, ours, theirs });
    expect(conflicts.map(({ place, ours: a, theirs: b }) => [place, a, b])).toEqual([
      ['license', '"gpl-3.0"', '"apache-2.0"'],
      ['model-index › churn › results › Churn test › metrics › accuracy › value', '0.92', '0.93'],
      ['Churn › Limits', 'Only two years of data.\n', 'Only five years of data.\n'],
    ]);
    expect(text).toContain(
      '# CONFLICT theirs: "apache-2.0" (keep one of the two, then delete this line)\nlicense: gpl-3.0 # agreed in May\n',
    );
    expect(text).toContain(
      '      # CONFLICT theirs: 0.93 (keep one of the two, then delete this line)\n      value: 0.92\n',
    );
    expect(text).toContain(
      '<<<<<<< ours\nOnly two years of data.\n=======\nOnly five years of data.\n>>>>>>> theirs\n',
    );
    expect(parseModelCard(text).results.map(({ value }) => value)).toEqual([0.92, 0.8]);
  });

  test('a result that one side removed and the other changed stays, marked; removed and left alone it goes', () => {
    const removed = edit(base, ['    - type: accuracy\n      value: 0.91\n', '']);
    expect(
      parseModelCard(mergeCards({ base, ours: removed, theirs: edit(base, ['letters', 'post']) }).text).results,
    ).toHaveLength(1);
    const { text, conflicts } = mergeCards({ base, ours: removed, theirs: edit(base, ['0.91', '0.99']) });
    expect(text).toContain(
      '    # CONFLICT ours: (removed) (keep one of the two, then delete this line)\n    - type: accuracy\n      value: 0.99\n',
    );
    expect(conflicts).toHaveLength(1);
  });

  test.each([
    [
      'reordered keys and a changed value',
      edit(base, ['language: en\n', ''], ['---\n\n# Churn', 'language: en\n---\n\n# Churn']),
      edit(base, ['0.8', '0.85']),
    ],
    [
      'a list moved to brackets and one that grew',
      edit(base, ['tags:\n- tabular\n- trees', 'tags: [tabular, trees]']),
      edit(base, ['- trees', '- trees\n- boosting']),
    ],
    [
      'a section renamed and its words changed',
      edit(base, ['## Limits', '## Limitations']),
      edit(base, ['one year', 'one long year']),
    ],
    [
      'a section moved and its words changed',
      edit(base, [/## Uses[^#]*/, ''], ['of data.\n', 'of data.\n\n## Uses\n\nFor letters. Not for prices.\n']),
      edit(base, ['For letters', 'For the letters']),
    ],
    [
      'a paragraph wrapped anew and a word changed',
      edit(base, ['letters. Not', 'letters.\nNot']),
      edit(base, ['prices', 'rates']),
    ],
    [
      'lists indented anew and a result added',
      base
        .replace(/^license: .*$/m, '$&\nlibrary_name: xgboost')
        .replace(/---\n([^]*?)---\n/, (_all, yaml: string) => `---\n${parseDocument(yaml).toString()}---\n`),
      edit(base, ['- type: accuracy', '- type: recall\n      value: 0.5\n    - type: accuracy']),
    ],
    ['Windows line ends and a changed value', base.replaceAll('\n', '\r\n'), edit(base, ['0.91', '0.94'])],
  ])('%s: no conflict, both ways the same', (_name, ours, theirs) => {
    const { text, conflicts } = mergeCards({ base, ours, theirs });
    expect(conflicts).toEqual([]);
    expect(mergeCards({ base, ours: theirs, theirs: ours }).text).toBe(text);
    expect(() => parseModelCard(text)).not.toThrow();
    const values = (card: string) => parseModelCard(card).results.map(({ key, value }) => [key, value]);
    expect(values(text)).toEqual(
      expect.arrayContaining(
        [...values(ours), ...values(theirs)].filter(each => !values(base).some(old => old.join() === each.join())),
      ),
    );
    const comments = (card: string) => card.match(/(?<=\s)#(?!#| [A-Z]\w+\n).*$/gm) ?? [];
    expect(comments(text)).toEqual(expect.arrayContaining(comments(base)));
  });

  test('anchors are written out rather than broken', () => {
    const anchored = edit(base, ['license: mit # agreed in May', 'license: &l mit\nlicense_name: *l']);
    const { text } = mergeCards({
      base: anchored,
      ours: edit(anchored, ['&l mit', '&l gpl-3.0']),
      theirs: edit(anchored, ['license_name: *l', 'license_name: other']),
    });
    expect(parseModelCard(text).fields).toMatchObject({ license: 'gpl-3.0' });
    expect(text).toContain('other');
  });

  test('a card that both added, without an ancestor, and cards without front matter', () => {
    const { text, conflicts } = mergeCards({
      base: null,
      ours: '# One\n\nA\n',
      theirs: '---\nlicense: mit\n---\n# Two\n\nB',
    });
    expect([text, conflicts]).toEqual(['---\nlicense: mit\n---\n# One\n\nA\n# Two\n\nB', []]);
  });

  test('invalid front matter is refused with its line, whichever side it is on', () => {
    const broken = edit(base, ['license: mit', 'license: [mit']);
    expect(() => mergeCards({ base, ours: broken, theirs: edit(base, ['0.8', '0.7']) })).toThrow(
      /Our card is not valid YAML at line \d+/,
    );
  });
});

test('two blocks of code that were added at one place keep the fences of both', () => {
  const base = '# A\n\n## Use\n\nText.\n';
  const added = (line: string) => `${base}\n\`\`\`sh\n${line}\n\`\`\`\n`;
  const { text, conflicts } = mergeCards({ base, ours: added('pip install a'), theirs: added('pip install b') });
  expect(conflicts).toEqual([]);
  expect(text.match(/^```/gm)).toHaveLength(4);
  expect(text).toContain('```sh\npip install b\n```\n');
});
