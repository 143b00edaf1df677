import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { diffCards } from '@benchmate/shared/diff/card-diff';
import { parseModelCard } from '@benchmate/shared/formats/model-card';
import { flattenParams } from '@benchmate/shared/formats/params-file';
import { parseProjectFile } from '@benchmate/shared/formats/project-file';
import { updateCardFromRun } from '@benchmate/shared/formats/update-card-from-run';

const read = (name: string) =>
  readFileSync(new URL(`../../templates/tabular/${name}`, import.meta.url), 'utf8')
    .replaceAll('{{name}}', 'churn')
    .replaceAll('{{id}}', 'abcdefgh12')
    .replaceAll('{{template}}', 'tabular');
const run = (name: string, metrics: Record<string, number>) => ({
  runId: name.padEnd(32, '0'),
  name,
  params: { learning_rate: '0.1' },
  metrics: Object.fromEntries(Object.entries(metrics).map(([key, value]) => [key, { step: 1, timestamp: 1, value }])),
});

describe('the files of the tabular template', () => {
  const project = parseProjectFile(read('benchmate.yaml'));
  test('name the project, its metric and its params', () => {
    expect(project).toMatchObject({ id: 'abcdefgh12', name: 'churn', template: 'tabular', primaryMetric: 'val_loss' });
    expect(project.directions[project.primaryMetric!]).toBe('lower');
    expect(flattenParams(read('params.yaml'))).toMatchObject({ learning_rate: '0.1', max_depth: '3', seed: '7' });
  });
  test('include a card that takes the results of a run, validation and test apart, and shows them as the only change of data', () => {
    const card = read('MODEL_CARD.md');
    const first = updateCardFromRun(card, run('first', { val_loss: 0.3, val_auc: 0.98, test_auc: 0.97 }), project);
    expect(parseModelCard(first).results.map(({ label, value }) => [label, value])).toEqual([
      ['val_loss on Breast Cancer Wisconsin (Diagnostic) (validation)', 0.3],
      ['val_auc on Breast Cancer Wisconsin (Diagnostic) (validation)', 0.98],
      ['test_auc on Breast Cancer Wisconsin (Diagnostic) (test)', 0.97],
    ]);
    const second = updateCardFromRun(first, run('second', { val_loss: 0.2, val_auc: 0.98, test_auc: 0.96 }), project);
    const diff = diffCards(first, second, project.directions);
    expect(diff.results.map(({ old, new: value, verdict }) => [old, value, verdict])).toEqual([
      [0.3, 0.2, 'better'],
      [0.97, 0.96, 'worse'],
    ]);
    expect(diff.flagged.length + diff.fields.length).toBe(0);
    expect(diff.sections.map(({ title }) => title)).toEqual(['Results']);
  });
});
