import type { Run } from '@benchmate/shared/domain/run';

export type GroupId = 'pinned' | 'project' | 'others';

/**
 * The Runs view's groups: the baselines of this window's projects, the other runs of those projects, and everything
 * else on this machine; each newest first. A run stands in one group alone; without a project there is only one group.
 */
export function groupRuns(
  runs: Iterable<Run>,
  projectIds: ReadonlySet<string>,
  baselines: ReadonlySet<string>,
): Record<GroupId, Run[]> {
  const groups: Record<GroupId, Run[]> = { pinned: [], project: [], others: [] };
  for (const run of runs) groups[groupOf(run, projectIds, baselines)].push(run);
  for (const id of Object.keys(groups) as GroupId[]) groups[id] = newestFirst(groups[id]);
  return groups;
}

export function groupOf(run: Run, projectIds: ReadonlySet<string>, baselines: ReadonlySet<string>): GroupId {
  if (baselines.has(run.runId)) return 'pinned';
  return run.projectId !== null && projectIds.has(run.projectId) ? 'project' : 'others';
}

export const newestFirst = (runs: Run[]): Run[] =>
  runs.toSorted((a, b) => b.startTime - a.startTime || (a.runId < b.runId ? -1 : 1));
