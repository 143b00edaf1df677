import { ErrorLine } from '@benchmate/shared/ui/empty-state';
import { useLive } from '../engine/live-list.ts';
import { projectList } from '../engine/lists.ts';
import { ThreadList } from '../threads/thread-list.tsx';
import { useThreads } from '../threads/use-threads.ts';

/** Open threads on the model card of the project that builds this model. Nothing without such a project. */
export function CardThreads({ model }: { model: string }) {
  const project = useLive(projectList).items.find(candidate => candidate.model === model);
  const { data, error, reload } = useThreads(project?.projectId ?? null, project?.card ?? '');
  if (!project) return null;
  const open = data?.filter(({ resolved }) => !resolved);
  return (
    <section className="app-section" aria-labelledby="threads">
      <h2 id="threads">
        Threads on {project.card}{' '}
        {open && <span className="bm-muted">{open.length === 0 ? 'none open' : `${open.length} open`}</span>}
      </h2>
      <ErrorLine error={error} />
      <div className="app-stack app-text">
        <ThreadList threads={open} reload={reload} />
      </div>
    </section>
  );
}
