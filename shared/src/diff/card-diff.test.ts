import * as fc from 'fast-check';
import { stringify } from 'yaml';
import { describe, expect, test } from 'vitest';
import { diffCards } from './card-diff.ts';
import { cardDiffLines, cardDiffMarkdown } from './card-diff-text.ts';
import { diffProse, type WordChange } from './prose.ts';
import { plainText } from './text-line.ts';

const card = `---
license: apache-2.0
tags: [tabular, sklearn]
base_model: none
model-index:
  - name: churn
    results:
      - task: { type: tabular-classification }
        dataset: { type: bc, name: Breast cancer, split: test }
        metrics:
          - { type: roc_auc, name: AUC, value: 0.912 }
          - { type: log_loss, value: 0.31 }
---
# Model Card for churn

A model that
says whether.

## Uses

Only for teaching.

## Training Details

- one
- two
`;

const same = `---
model-index:
  - results:
      - dataset: { split: "test", name: Breast cancer, type: bc }
        task:
          type: tabular-classification
        metrics:
          - value: 0.31   # measured
            type: log_loss
          - { name: AUC, value: 0.9120, type: roc_auc }
    name: churn
tags:
- sklearn
- tabular
license: 'apache-2.0'
base_model: none
---

# Model Card for churn

A model that says
whether.

## Uses
Only   for teaching.

## Training Details

- one
- two
`;

test('the order of keys, the form of YAML and the flow of lines are no difference', () => {
  expect(diffCards(card, same)).toMatchObject({ empty: true, flagged: [], results: [], fields: [], sections: [] });
  expect(cardDiffLines(diffCards(card, same)).map(plainText)).toEqual(['The cards say the same.']);
});

describe('one change shows exactly itself', () => {
  const change = (from: string, to: string) => diffCards(card, card.replace(from, to));
  test('a metric has a difference, a direction and a verdict', () => {
    const diff = change('0.912', '0.93');
    expect(diff).toMatchObject({ flagged: [], fields: [], sections: [] });
    expect(diff.results).toEqual([
      expect.objectContaining({
        label: 'AUC on Breast cancer (test)',
        kind: 'changed',
        old: 0.912,
        new: 0.93,
        direction: 'higher',
        verdict: 'better',
      }),
    ]);
    expect(diff.results[0]!.difference).toBeCloseTo(0.018);
    expect(change('0.31', '0.35').results[0]).toMatchObject({ direction: 'lower', verdict: 'worse' });
  });
  test('another dataset split is another result', () => {
    expect(
      change('split: test', 'split: validation')
        .results.map(({ kind }) => kind)
        .sort(),
    ).toEqual(['added', 'added', 'removed', 'removed']);
  });
  test('licence, base model and datasets are flagged', () => {
    expect(change('apache-2.0', 'mit').flagged).toEqual([
      expect.objectContaining({ key: 'license', old: 'apache-2.0', new: 'mit' }),
    ]);
    expect(change('tags:', 'datasets: [x]\ntags:').flagged).toEqual([
      expect.objectContaining({ key: 'datasets', kind: 'added' }),
    ]);
    expect(change('base_model: none', 'base_model: [b, a]').flagged).toHaveLength(1);
  });
  test('a list says what came and went', () => {
    expect(change('[tabular, sklearn]', '[sklearn, risk]').fields).toEqual([
      expect.objectContaining({ key: 'tags', addedItems: ['risk'], removedItems: ['tabular'] }),
    ]);
  });
  test('prose by words', () => {
    const [section, ...others] = change('Only for teaching.', 'Only for teaching and research.').sections;
    expect(others).toEqual([]);
    expect(section).toMatchObject({ kind: 'changed', title: 'Uses' });
    expect(
      section!.words.filter(({ kind }) => kind !== 'same').map(({ kind, text }) => `${kind} ${text.trim()}`),
    ).toEqual(['removed teaching', 'added teaching and research']);
  });
  test('sections added, removed, renamed and moved', () => {
    expect(change('## Uses', '## Limits\n\nNone.\n\n## Uses').sections).toEqual([
      expect.objectContaining({ kind: 'added', title: 'Limits' }),
    ]);
    expect(change('## Uses\n\nOnly for teaching.\n\n', '').sections).toEqual([
      expect.objectContaining({ kind: 'removed', title: 'Uses' }),
    ]);
    expect(change('## Uses', '## Intended use').sections).toEqual([
      expect.objectContaining({ kind: 'renamed', title: 'Intended use', oldTitle: 'Uses', words: [] }),
    ]);
    const moved = card.replace('## Uses\n\nOnly for teaching.\n\n', '') + '\n## Uses\n\nOnly for teaching.\n';
    expect(diffCards(card, moved).sections).toEqual([expect.objectContaining({ kind: 'moved', words: [] })]);
  });
  test('headings in code are no headings', () => {
    expect(change('Only for', '```\n# not a heading\n```\nOnly for').sections).toEqual([
      expect.objectContaining({ title: 'Uses', kind: 'changed' }),
    ]);
  });
});

test('a card that comes into being is all additions, in lines and in Markdown', () => {
  const diff = diffCards(null, card);
  expect(diff.flagged.map(({ key }) => key)).toEqual(['license', 'base_model']);
  expect(diff.results.every(({ kind }) => kind === 'added')).toBe(true);
  expect(cardDiffLines(diff).map(plainText).join('\n')).toContain('! license added: apache-2.0');
});

test('lines and Markdown of a change', () => {
  const changed = card
    .replace('0.912', '0.93')
    .replace('apache-2.0', 'mit')
    .replace('says whether', 'tells <b>whether</b>');
  const diff = diffCards(card, changed);
  expect(cardDiffLines(diff).map(plainText).join('\n')).toMatchInlineSnapshot(`
    "! license changed: apache-2.0 → mit

    AUC on Breast cancer (test)  0.912  →  0.93  ▲ +0.018  better by 0.018

    Model Card for churn  changed
      A model that [-says-] {+tells <b>+}whether{+</b>+}."
  `);
  expect(cardDiffMarkdown(diff)).toMatchInlineSnapshot(`
    "- ⚠ **license changed: apache-2.0 → mit**

    | Result | Old | New | Difference |
    | --- | ---: | ---: | ---: |
    | AUC on Breast cancer (test) | 0.912 | 0.93 | ▲ +0.018 |

    **Model Card for churn** (changed)

    A model that ~~says~~ **tells &lt;b>**whether**&lt;/b>**.
    "
  `);
});

test('YAML that is not valid names the card and the line', () => {
  expect(() => diffCards(card, card.replace('license:', 'license: [')).empty).toThrow(
    /The new card is not valid YAML at line \d+/,
  );
  expect(() => diffCards('---\na: 1\n', card)).toThrow(/never closes it/);
});

const key = fc.stringMatching(/^[a-z][a-z_]{2,8}$/);
const value = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.array(fc.string({ minLength: 1 }), { maxLength: 4 }),
);
const prose = fc.array(fc.lorem({ maxCount: 12 }), { maxLength: 5 });
const cards = fc.record({ fields: fc.dictionary(key, value, { maxKeys: 6 }), paragraphs: prose });
const write = ({ fields, paragraphs }: { fields: Record<string, unknown>; paragraphs: string[] }) =>
  `---\n${stringify(fields)}---\n${paragraphs.map((text, i) => `## Part ${i}\n\n${text}\n`).join('\n')}`;

test('a card does not differ from itself, whatever it holds', () => {
  fc.assert(
    fc.property(fc.string(), text => {
      const plain = text.replace(/^\uFEFF?---/, '');
      expect(diffCards(plain, plain).empty).toBe(true);
    }),
  );
  fc.assert(
    fc.property(cards, data => {
      expect(diffCards(write(data), write(data)).empty).toBe(true);
      const reordered = { ...data, fields: Object.fromEntries(Object.entries(data.fields).toReversed()) };
      const reflowed = { ...reordered, paragraphs: data.paragraphs.map(text => text.replaceAll(' ', '\n  ')) };
      expect(diffCards(write(data), write(reflowed)).empty).toBe(true);
      expect(diffCards(write(data), write(reordered)).empty).toBe(true);
    }),
  );
});

test('changing one key of the front matter shows that key and nothing else', () => {
  fc.assert(
    fc.property(cards, key, fc.string({ minLength: 1 }), (data, name, text) => {
      const before = { ...data, fields: { ...data.fields, [name]: 'before' } };
      const after = { ...data, fields: { ...data.fields, [name]: `after ${text}` } };
      const diff = diffCards(write(before), write(after));
      expect([...diff.fields, ...diff.flagged].map(change => change.key)).toEqual([name]);
      expect(diff.sections).toEqual([]);
    }),
  );
});

test('the parts of a word diff give both texts again, and long rewrites stay quick', () => {
  const side = (words: readonly WordChange[], dropped: WordChange['kind']) =>
    words.map(({ kind, text }) => (kind === dropped ? '' : text)).join('');
  fc.assert(
    fc.property(fc.lorem({ maxCount: 30 }), fc.lorem({ maxCount: 30 }), (before, after) => {
      fc.pre(before !== after);
      const words = diffProse(before, after);
      expect([side(words, 'added'), side(words, 'removed')]).toEqual([before, after]);
    }),
  );
  const long = (word: string) => Array.from({ length: 20_000 }, (_, i) => `${word}${i}`).join(' ');
  expect(diffProse(long('a'), long('b')).map(({ kind }) => kind)).toEqual(['removed', 'added']);
});
