import { createElement } from 'react';
import { diffMetrics } from '@benchmate/shared/diff/metrics-diff';
import { diffParams } from '@benchmate/shared/diff/params-diff';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { Panel } from '../../host/panel.ts';
import type { Commands, Part } from '../../host/part.ts';
import type { RunNode } from '../runs/run-tree.ts';
import type { RunsFeature } from '../runs/runs.ts';
import { CompareView } from './compare-view.tsx';

/** `Compare with Baseline`: one panel per run, up to date while the run goes on. */
export function startCompare({ context, engine, projects, runs }: Part & { runs: RunsFeature }): Commands {
  const panels = new Map<string, { panel: Panel; draw: () => void }>();
  context.subscriptions.push(
    runs.cache.onDidChange(({ changed }) => {
      for (const { runId } of changed) panels.get(runId)?.draw();
    }),
    projects.onDidChange(() => panels.forEach(({ draw }) => draw())),
    { dispose: () => panels.forEach(({ panel }) => panel.dispose()) },
  );

  return {
    compareWithBaseline: async (node?: RunNode) => {
      const chosen = await runs.choose('Compare which run with the baseline?', node);
      if (!chosen) return;
      const { client } = await engine.session();
      const project = projects.all.find(({ projectId }) => projectId === chosen.projectId);
      if (!project?.baselineRunId)
        throw new BenchmateError(
          'NOT_FOUND',
          project ? `${project.name} has no baseline yet.` : 'This run belongs to no project in this window.',
          project ? 'Choose one with “Benchmate: Pin as Baseline”.' : 'Open its project’s folder to compare it.',
        );
      await client.runs.get.query({ runId: project.baselineRunId });
      const open = panels.get(chosen.runId);
      if (open) return open.panel.reveal();
      await runs.cache.load();
      const panel = new Panel(context, 'benchmate.compare');
      const draw = () => {
        const now = projects.all.find(({ projectId }) => projectId === chosen.projectId);
        const run = runs.cache.get(chosen.runId) ?? chosen;
        const baseline = now?.baselineRunId ? runs.cache.get(now.baselineRunId) : undefined;
        if (!now || !baseline) return; // unpinned meanwhile: what was shown stays
        const metrics = diffMetrics(baseline.metrics, run.metrics, now);
        const params = diffParams(baseline.params, run.params);
        panel.show(`${run.name} ⇄ ${baseline.name}`, createElement(CompareView, { run, baseline, metrics, params }));
      };
      panels.set(chosen.runId, { panel, draw });
      panel.onDidDispose(() => panels.delete(chosen.runId));
      draw();
    },
  };
}
