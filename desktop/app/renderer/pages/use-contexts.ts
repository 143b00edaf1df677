import { useMemo } from 'react';
import type { Project } from '@benchmate/shared/domain/project';
import type { Run } from '@benchmate/shared/domain/run';
import type { RunContext } from '@benchmate/shared/ui/run-cell';
import { useLive } from '../engine/live-list.ts';
import { projectList } from '../engine/lists.ts';
import { useOpenThreads } from '../threads/use-threads.ts';

const none: RunContext = { baseline: null, metric: null, directions: {} };

/** What each run is measured against, by its project. The baseline must be among the runs. */
export function useContexts(runs: readonly Run[]): {
  contextOf: (run: Run) => RunContext;
  hasBaseline: boolean;
  projects: readonly Project[];
} {
  const projects = useLive(projectList).items;
  const wanted = projects.map(({ baselineRunId }) => baselineRunId);
  const baselines = runs.filter(({ runId }) => wanted.includes(runId));
  const key = baselines.map(run => JSON.stringify([run.runId, run.metrics])).join();
  const openThreads = useOpenThreads();
  return useMemo(() => {
    const contexts = new Map(
      projects.map(({ projectId, baselineRunId, primaryMetric, directions }): [string, RunContext] => [
        projectId,
        {
          baseline: baselines.find(({ runId }) => runId === baselineRunId) ?? null,
          metric: primaryMetric,
          directions,
          openThreads,
        },
      ]),
    );
    const contextOf = (run: Run) => (run.projectId === null ? none : (contexts.get(run.projectId) ?? none));
    return { contextOf, hasBaseline: baselines.length > 0, projects };
  }, [projects, key, openThreads]);
}
