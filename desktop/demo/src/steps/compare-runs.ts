import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ListrTask } from 'listr2';
import { simpleGit } from 'simple-git';
import { cardDiffLines } from '@benchmate/shared/diff/card-diff-text';
import { diffCards } from '@benchmate/shared/diff/card-diff';
import { compareRuns as compare } from '@benchmate/shared/diff/run-comparison';
import { comparisonLines } from '@benchmate/shared/diff/run-comparison-text';
import { flattenParams } from '@benchmate/shared/formats/params-file';
import { updateCardFromRun } from '@benchmate/shared/formats/update-card-from-run';
import { paint } from '../colour.ts';
import type { DemoContext } from '../context.ts';
import { expect } from '../expect.ts';

export const compareRuns: ListrTask<DemoContext> = {
  title: 'Compare with the baseline',
  task: (_, task) =>
    task.newListr(
      [
        {
          title: 'Metrics against the baseline',
          task: compareWithBaseline,
        },
        {
          title: 'The model card that the best run updated',
          task: updateCard,
        },
      ],
      { concurrent: false, exitOnError: true, rendererOptions: { collapseSubtasks: false } },
    ),
};

const compareWithBaseline: ListrTask<DemoContext>['task'] = async (context, task) => {
  const { client } = context.me;
  const { projectId } = context.project;
  if (!context.project.baselineRunId)
    context.project = await client.projects.pinBaseline.mutate({ projectId, runId: context.runs[0]!.runId });
  const baseline = await client.runs.get.query({ runId: context.project.baselineRunId! });
  const { primaryMetric, directions } = context.project;
  expect(primaryMetric, 'The template declares no primary metric.');
  const metrics = [primaryMetric, ...Object.keys(directions).filter(key => key !== primaryMetric)];
  const comparison = compare(context.runs, { baseline, directions, primaryMetric, metrics });
  expect(comparison.params.length > 0, 'The three runs must differ in their params.');
  context.best = context.runs.find(({ runId }) => runId === comparison.best) ?? context.runs[0]!;
  task.title = `${context.runs.length} runs against the baseline ${baseline.name}`;
  context.report.push(`${task.title}\n\n${paint(comparisonLines(comparison))}`);
};

const updateCard: ListrTask<DemoContext>['task'] = async (context, task) => {
  const { card, directions } = context.project;
  const file = join(context.projectDir, card);
  const paramKeys = Object.keys(flattenParams(readFileSync(join(context.projectDir, context.project.params), 'utf8')));
  const committed = await simpleGit(context.projectDir).show([`HEAD:${card}`]);
  writeFileSync(file, updateCardFromRun(readFileSync(file, 'utf8'), context.best, { directions, paramKeys }));
  const diff = diffCards(committed, readFileSync(file, 'utf8'), directions);
  task.title = `${card} updated from ${context.best.name}, against the committed version`;
  context.report.push(`${task.title}\n\n${paint(cardDiffLines(diff))}`);
};
