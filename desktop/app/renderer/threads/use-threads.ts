import { useEffect, useMemo } from 'react';
import type { Thread } from '@benchmate/shared/domain/review';
import { runHome } from '@benchmate/shared/domain/thread-place';
import { engine, noticed } from '../engine/connection.tsx';
import { useLive } from '../engine/live-list.ts';
import { projectList } from '../engine/lists.ts';
import { useLoad, type Loaded } from '../engine/use-load.ts';

/** Threads that lie together: of one file, of one run's curves, of one model's versions. Kept up to date; none without a project. */
export function useThreads(projectId: string | null, path: string): Loaded<Thread[]> {
  const loaded = useLoad(`threads ${projectId} ${path}`, signal =>
    projectId === null ? Promise.resolve([]) : engine.reviews.threads.query({ projectId, path }, { signal }),
  );
  const { reload } = loaded;
  useEffect(() => {
    if (projectId === null) return;
    const next = (thread: Thread) => thread.path === path && reload();
    return engine.reviews.changes.subscribe({ projectId }, { next, missed: reload, error: noticed }).unsubscribe;
  }, [projectId, path, reload]);
  return loaded;
}

/** How many threads are open on the curves of each run, by run id. */
export function useOpenThreads(): ReadonlyMap<string, number> {
  const projects = useLive(projectList).items.map(({ projectId }) => projectId);
  const { data, reload } = useLoad(`open threads ${projects.join()}`, async signal => {
    const all = await Promise.all(projects.map(projectId => engine.reviews.threads.query({ projectId }, { signal })));
    return all.flat();
  });
  useEffect(() => {
    const next = (thread: Thread) => thread.anchor.kind === 'metric' && reload();
    return engine.reviews.changes.subscribe({}, { next, missed: reload, error: noticed }).unsubscribe;
  }, [reload]);
  return useMemo(() => {
    const counts = new Map<string, number>();
    for (const { anchor, path, resolved } of data ?? [])
      if (anchor.kind === 'metric' && !resolved && path === runHome(anchor.runId))
        counts.set(anchor.runId, (counts.get(anchor.runId) ?? 0) + 1);
    return counts;
  }, [data]);
}
