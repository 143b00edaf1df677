import * as fc from 'fast-check';
import { stringify } from 'yaml';
import { describe, expect, test } from 'vitest';
import { parseModelCard } from './model-card.ts';
import { matchResults } from './model-index-edit.ts';
import { updateCardFromRun } from './update-card-from-run.ts';

const run = (metrics: Record<string, number | 'NaN'>, params: Record<string, string> = {}) => ({
  runId: '0123456789abcdef0123456789abcdef',
  name: 'tidy-otter-12',
  params,
  metrics: Object.fromEntries(Object.entries(metrics).map(([key, value]) => [key, { step: 3, timestamp: 1, value }])),
});

const card = `---
# who may use it
license: apache-2.0   # decided by us
pipeline_tag: tabular-classification
model-index:
  - name: churn
    results:
      - task: {type: tabular-classification}
        dataset: {type: bc, name: Breast cancer, split: validation}
        metrics:
          - type: roc_auc   # the one that counts
            name: val_auc
            value: 0.9   # by hand
      - task: {type: tabular-classification}
        dataset: {type: bc, name: Breast cancer, split: test}
        metrics: []
tags: ['b', "a"]
---
# Churn

Prose   with odd  blanks.

## Training

<!-- benchmate:params -->
old
<!-- /benchmate:params -->

## Results

We are proud.

<!-- benchmate:results -->
<!-- /benchmate:results -->

More prose.
`;

describe('writing a run into a card', () => {
  const updated = updateCardFromRun(
    card,
    run({ val_auc: 0.93456789, test_auc: 0.91, 'system/cpu': 1 }, { 'model.lr': '0.1', verbose: '0', seed: '7' }),
    {
      directions: { val_auc: 'higher', test_auc: 'higher' },
      paramKeys: ['model.lr', 'seed', 'not.logged'],
    },
  );
  test('replaces one token, adds one metric in the style of the card, and keeps the rest', () => {
    const [front = '', ...body] = updated.split('\n# Churn');
    expect(front).toBe(
      card
        .split('\n# Churn')[0]!
        .replace('value: 0.9 ', 'value: 0.934568 ')
        .replace(
          'metrics: []',
          'metrics:\n          - type: roc_auc\n            name: test_auc\n            value: 0.91',
        ),
    );
    expect(body.join('')).toMatchInlineSnapshot(`
      "

      Prose   with odd  blanks.

      ## Training

      <!-- benchmate:params -->

      | Param | Value |
      | --- | ---: |
      | model.lr | 0.1 |
      | seed | 7 |

      <!-- /benchmate:params -->

      ## Results

      We are proud.

      <!-- benchmate:results -->

      | Metric | Value |
      | --- | ---: |
      | val_auc | 0.9346 |
      | test_auc | 0.91 |

      Logged by run \`tidy-otter-12\` (\`0123456789abcdef0123456789abcdef\`).

      <!-- /benchmate:results -->

      More prose.
      "
    `);
  });
  test('writing the same run again changes nothing', () => {
    expect(
      updateCardFromRun(
        updated,
        run({ val_auc: 0.93456789, test_auc: 0.91 }, { 'model.lr': '0.1', verbose: '0', seed: '7' }),
        { paramKeys: ['model.lr', 'seed'] },
      ),
    ).toBe(updated);
  });
  test('results read back with the values of the run', () => {
    expect(parseModelCard(updated).results.map(({ label, value }) => [label, value])).toEqual([
      ['val_auc on Breast cancer (validation)', 0.934568],
      ['test_auc on Breast cancer (test)', 0.91],
    ]);
  });
});

test('a table of people keeps its form: only the numbers change', () => {
  const text =
    '---\nlicense: mit\n---\n### Results\n\n| Metric    | Value | Note |\n|---|---|---|\n| **val_auc** | 0.90  | ours |\n| other | 1 | |\n';
  const updated = updateCardFromRun(text, run({ val_auc: 0.95 }));
  expect(updated).toContain('| **val_auc** | 0.95  | ours |\n| other | 1 | |\n');
  expect(updated).not.toContain('benchmate:results');
});

test('a card without front matter, without results, and an empty card get both', () => {
  for (const text of [
    '# Mine\n\nProse.\n',
    '',
    '---\nlicense: mit\n---\n# Mine\n',
    '---\nmodel-index: []\nlicense: mit\n---\n',
    '---\nmodel-index:\n---\n',
  ]) {
    const updated = updateCardFromRun(text, run({ val_auc: 0.95, val_loss: 0.2 }, { dataset: 'bc' }));
    expect(parseModelCard(updated).results.map(({ metric, value }) => [metric.name, value])).toEqual([
      ['val_auc', 0.95],
      ['val_loss', 0.2],
    ]);
    expect(updated).toContain('| val_auc | 0.95 |');
    expect(updated).toContain(text.slice(text.indexOf('# Mine')).trim());
    expect(updateCardFromRun(updated, run({ val_auc: 0.95, val_loss: 0.2 }, { dataset: 'bc' }))).toBe(updated);
  }
});

test('CRLF stays CRLF, flow lists stay flow', () => {
  const text =
    '---\r\nmodel-index:\r\n- name: m\r\n  results:\r\n  - task: {type: t}\r\n    dataset: {type: d, name: d}\r\n    metrics: [{type: accuracy, name: accuracy, value: 0.5}]\r\n---\r\n## Results\r\n';
  const updated = updateCardFromRun(text, run({ accuracy: 0.75, f1: 0.5 }), { metrics: ['accuracy', 'f1'] });
  expect(updated.replaceAll('\r\n', '')).not.toContain('\n');
  expect(updated).toContain(
    'metrics: [{type: accuracy, name: accuracy, value: 0.75}, { type: f1, name: f1, value: 0.5 }]',
  );
});

test('NaN is written as it is, not left at the old value', () => {
  expect(updateCardFromRun(card, run({ val_auc: 'NaN' }))).toContain('value: .nan   # by hand');
});

test('what cannot be read or has nothing to write is refused with what to do', () => {
  expect(() => updateCardFromRun(card.replace('license:', 'license: ['), run({ val_auc: 1 }))).toThrow(/line \d+/);
  expect(() => updateCardFromRun(card, run({}))).toThrow(/none of the metrics/);
});

test('whatever a card holds, its results become those of the run and nothing else changes', () => {
  const metric = fc.constantFrom('val_auc', 'test_loss', 'accuracy', 'f1');
  const values = fc.dictionary(metric, fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minKeys: 1 });
  const entry = fc.record({
    type: fc.constantFrom('roc_auc', 'f1', 'wer'),
    name: metric,
    value: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  const result = fc.record({
    task: fc.constant({ type: 'tabular-classification' }),
    dataset: fc.record({
      type: fc.string({ minLength: 1 }),
      name: fc.string(),
      split: fc.constantFrom('test', 'validation', ''),
    }),
    metrics: fc.uniqueArray(entry, { selector: ({ name }) => name, maxLength: 3 }),
  });
  const fields = fc.record({ license: fc.string(), tags: fc.array(fc.string(), { maxLength: 3 }) });
  fc.assert(
    fc.property(values, fc.array(result, { maxLength: 2 }), fields, fc.boolean(), (metrics, results, data, flow) => {
      const front = stringify(
        { ...data, 'model-index': [{ name: 'm', results }] },
        { collectionStyle: flow ? 'flow' : 'any' },
      );
      const text = `---\n${front}---\n# Card\n\nProse.\n`;
      const updated = updateCardFromRun(text, run(metrics), { metrics: Object.keys(metrics) });
      const [before, after] = [parseModelCard(text), parseModelCard(updated)];
      expect(after.fields).toEqual(before.fields);
      expect(updated).toContain('# Card\n\nProse.\n');
      for (const [name, value] of Object.entries(metrics))
        expect(matchResults(after.results, Object.keys(metrics)).get(name)?.value).toBeCloseTo(value, 2);
      expect(updateCardFromRun(updated, run(metrics), { metrics: Object.keys(metrics) })).toBe(updated);
    }),
    { numRuns: 300 },
  );
});
