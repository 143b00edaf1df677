import { describe, expect, test } from 'vitest';
import { applyEdits } from '../formats/text-edit.ts';
import type { RunFacts } from './claim-findings.ts';
import { lintCard } from './lint-card.ts';

const run = (runId: string, name: string, metrics: Record<string, number>): RunFacts => ({
  runId: runId.padEnd(32, '0'),
  name,
  metrics: Object.fromEntries(Object.entries(metrics).map(([key, value]) => [key, { value, step: 0, timestamp: 0 }])),
});
const recent = [
  run('8f3a11', 'tidy-otter', { 'val/acc': 0.894, val_auc: 0.97 }),
  run('8f3a22', 'calm-heron', { 'val/acc': 0.91 }),
  run('77', 'old-crow', { 'val/acc': 0.5, accuracy: 0.9104 }),
];
const find = (text: string) => recent.filter(({ runId, name }) => runId.startsWith(text) || name === text);
const lint = (text: string) => lintCard(text, { runs: { recent, find } });
const card = (yaml: string, body = '## Uses\n\n## Limits\n\n## Training Data\n\n## Evaluation\n') =>
  `---\nlicense: mit\n${yaml}---\n${body}`;
const index = (value: string) =>
  card(
    `model-index:\n- name: m\n  results:\n  - task: {type: tabular-classification}\n    dataset: {type: d, name: D, split: validation}\n    metrics:\n    - type: accuracy\n      value: ${value}\n`,
  );
const prose = (line: string) => card('', `## Uses\n\n## Limits\n\n## Training Data\n\n## Evaluation\n\n${line}\n`);

describe('N11: numbers of a card are bound to runs', () => {
  test('a wrong number is found at its exact place, and a fix rewrites only that token', () => {
    const text = index('0.91 # run:8f3a11#val/acc');
    const [finding, ...others] = lint(text);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ rule: 'claim-wrong', severity: 'warning', line: 10, column: 14 });
    expect(finding!.message).toBe('The card says 0.91; the run tidy-otter logged val/acc = 0.894.');
    expect(finding!.fixes.map(({ title }) => title)).toEqual([
      'Update to 0.89',
      'Bind to calm-heron, val/acc',
      'Bind to old-crow, accuracy',
      'Mark as external',
    ]);
    const fixed = finding!.fixes.map(({ edits }) => applyEdits(text, edits));
    expect(fixed.map(each => /value: (.*)/.exec(each)?.[1])).toEqual([
      '0.89 # run:8f3a11#val/acc',
      '0.91 # run:8f3a2200#val/acc',
      '0.91 # run:77000000#accuracy',
      '0.91 # external',
    ]);
    for (const each of fixed) expect(lint(each)).toEqual([]);
  });

  test.each([
    ['a link', 'Accuracy is [0.91](run:8f3a11#val/acc) on it.', 14],
    ['a comment', 'Accuracy is **0.91** <!-- run:8f3a11#val/acc --> on it.', 15],
    ['a table', '| Accuracy | 0.91<!-- run:tidy-otter#val/acc --> |', 14],
    ['per cent', 'It reaches 91 %<!-- run:8f3a11#val/acc -->.', 12],
  ])('in the prose, by %s', (_how, line, column) => {
    const text = prose(line);
    const [finding, ...others] = lint(text);
    expect([others, finding]).toMatchObject([[], { rule: 'claim-wrong', line: 12, column }]);
    const [update] = finding!.fixes;
    expect(lint(applyEdits(text, update!.edits))).toEqual([]);
  });

  test('rounding is right as far as it goes', () => {
    for (const right of ['0.9', '0.89', '0.894', '0.8940', '8.94e-1'])
      expect(lint(index(`${right} # run:8f3a11#val/acc`)), right).toEqual([]);
    for (const wrong of ['0.88', '0.8941', '0.893'])
      expect(lint(index(`${wrong} # run:8f3a11#val/acc`))[0]?.rule, wrong).toBe('claim-wrong');
  });

  test.each([
    ['0.894', 'claim-unbound', ['Bind to tidy-otter, val/acc', 'Mark as external']],
    [
      '0.91 # of May',
      'claim-unbound',
      ['Bind to calm-heron, val/acc', 'Bind to old-crow, accuracy', 'Mark as external'],
    ],
    ['0.123', 'claim-unbound', ['Mark as external']],
    ['0.894 # run:ffff#val/acc', 'claim-unknown-run', ['Bind to tidy-otter, val/acc', 'Mark as external']],
    ['0.894 # run:8f3a11#val/accuracy', 'claim-unknown-metric', ['Bind to tidy-otter, val/acc', 'Mark as external']],
    ['0.894 # run:8f3a#val/acc', 'claim-several-runs', ['Bind to tidy-otter, val/acc', 'Bind to calm-heron, val/acc']],
  ])('value: %s is %s', (value, rule, titles) => {
    const text = index(value);
    const [finding] = lint(text);
    expect([finding?.rule, finding?.fixes.map(({ title }) => title)]).toEqual([rule, titles]);
    expect(lint(applyEdits(text, finding!.fixes[0]!.edits))).toEqual([]);
  });

  test('prose is asked about numbers that stand with a metric, and about no others', () => {
    expect(lint(prose('In 2024 we took 569 rows, version 1.2.3, of `accuracy 0.91`, see https://a.b/0.91.'))).toEqual(
      [],
    );
    expect(lint(prose('The model of 0.91 metres weighs 3.5 kg.'))).toEqual([]);
    expect(lint(prose('| val_auc | 0.97 |'))).toMatchObject([{ rule: 'claim-unbound', line: 12, column: 13 }]);
    expect(lint(prose('Its accuracy is 0.91 <!-- external -->, and no more.'))).toEqual([]);
  });

  test('the table that `card update` wrote is bound by the run it names', () => {
    const table = (value: string) =>
      prose(
        `<!-- benchmate:results -->\n\n| Metric | Value |\n| --- | ---: |\n| val/acc | ${value} |\n\nLogged by run \`tidy-otter\` (\`${recent[0]!.runId}\`).\n\n<!-- /benchmate:results -->`,
      );
    expect(lint(table('0.894'))).toEqual([]);
    expect(lint(table('0.7'))).toMatchObject([{ rule: 'claim-wrong', line: 16, column: 13 }]);
  });
});

describe('N12: what Hugging Face would refuse, without asking it', () => {
  const rules = (text: string) => lint(text).map(({ rule, severity, line }) => [rule, severity, line]);
  test.each([
    ['license: MIT', [['licence', 'error', 3]]],
    ['license: Zlib-acknowledgement', [['licence', 'warning', 3]]],
    ['license: my-own', [['licence', 'error', 3]]],
    ['license: other', [['licence', 'warning', 3]]],
    ['license: other\nlicense_name: mine', []],
    ['license: [mit, apache-2.0]', []],
    ['datasets: [ok/name, "a b"]', [['datasets', 'error', 3]]],
    ['base_model: a/b/c', [['base-model', 'error', 3]]],
    ['model-index: 3', [['model-index', 'error', 3]]],
    [
      'model-index:\n- name: m\n  results:\n  - task: {}\n    dataset: {type: d}\n    metrics: [{type: f1}]',
      [
        ['model-index', 'error', 6],
        ['model-index', 'error', 7],
        ['model-index', 'error', 8],
      ],
    ],
  ])('%s', (yaml, wanted) => {
    const text = card(`${yaml}\n`).replace(
      'license: mit\n',
      yaml.startsWith('license') ? 'tags: []\n' : 'license: mit\n',
    );
    expect(rules(text)).toEqual(wanted);
  });

  test('a licence that was meant is offered', () => {
    const text = card('').replace('mit', 'Apache License 2.0').replace('Apache License 2.0', 'Apache-2.0');
    expect(applyEdits(text, lint(text)[0]!.fixes[0]!.edits)).toContain('license: apache-2.0\n');
  });

  test('sections: the usual ones are advised, those of the project are required', () => {
    const text = card('', '# M\n\n## Uses\n');
    expect(rules(text)).toEqual([
      ['sections', 'info', 4],
      ['sections', 'info', 4],
      ['sections', 'info', 4],
    ]);
    const [finding, ...others] = lintCard(text, { runs: { recent, find }, sections: ['Uses', 'Ethics'] });
    expect([finding, others]).toMatchObject([
      { rule: 'sections', severity: 'error', message: "The card has no section 'Ethics'." },
      [],
    ]);
    expect(
      lintCard(applyEdits(text, finding!.fixes[0]!.edits), {
        runs: { recent, find },
        sections: ['Uses', 'Ethics'],
      }).map(({ rule }) => rule),
    ).toEqual(['more-information-needed']);
  });

  test('what is hidden, broken or no text is a finding, never an exception', () => {
    expect(rules(card('').replace('mit', 'mi\u200bt'))).toContainEqual(['hidden-characters', 'warning', 2]);
    expect(rules(prose('a \u202etxet\u202c b'))).toEqual([
      ['hidden-characters', 'error', 12],
      ['hidden-characters', 'error', 12],
    ]);
    expect(rules(prose('👩‍🔬 and می‌خواهم stay'))).toEqual([]);
    expect(rules(card('license: [\n'))).toMatchObject([['front-matter', 'error', expect.any(Number)]]);
    expect(rules('# No front matter')).toEqual([['front-matter', 'error', 1]]);
    expect(rules('---\na: 1')).toEqual([['front-matter', 'error', 1]]);
    expect(rules('PK\u0003\0\0')).toEqual([['not-text', 'error', 1]]);
    expect(rules(prose('<<<<<<< ours\na\n=======\nb\n>>>>>>> theirs')).map(([rule]) => rule)).toEqual([
      'merge-conflict',
      'merge-conflict',
    ]);
    expect(rules(card('# CONFLICT theirs: "x" (keep one of the two, then delete this line)\ntags: []\n'))).toEqual([
      ['merge-conflict', 'error', 3],
    ]);
  });
});
