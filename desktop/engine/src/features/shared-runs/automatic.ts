import type { RunsService } from '../runs/service.ts';
import type { SharedRunsService } from './service.ts';

interface Parts {
  runs: RunsService;
  sharedRuns: SharedRunsService;
  /** Projects whose file says `shareRuns: finished`. */
  sharing: () => ReadonlySet<string>;
  /** The run that is pinned as a project's baseline. */
  baseline: (projectId: string) => string | null;
  onBaseline: (listener: (projectId: string) => void) => void;
}

const ended: ReadonlySet<string> = new Set(['FINISHED', 'FAILED', 'KILLED']);

/** Shares what the team rests on: pinned baselines, and where the project says so each run that ended. */
export function shareAutomatically({ runs, sharedRuns, sharing, baseline, onBaseline }: Parts): void {
  onBaseline(projectId => {
    const runId = baseline(projectId);
    if (runId !== null) void sharedRuns.shareOwn([runId]);
  });
  runs.changes.announcer.listen(runIds => {
    const projects = sharing();
    if (projects.size === 0) return;
    const all = runs
      .changed(runIds)
      .filter(({ status, projectId }) => ended.has(status) && projectId !== null && projects.has(projectId));
    if (all.length > 0) void sharedRuns.shareOwn(all.map(({ runId }) => runId));
  });
}
