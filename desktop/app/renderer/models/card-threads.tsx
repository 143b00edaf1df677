import { useEffect } from 'react';
import { ErrorLine } from '@benchmate/shared/ui/empty-state';
import { ThreadView } from '@benchmate/shared/ui/thread';
import { engine, noticed } from '../engine/connection.tsx';
import { useLive } from '../engine/live-list.ts';
import { projectList, teamList } from '../engine/lists.ts';
import { useLoad } from '../engine/use-load.ts';

/** Open threads on the model card of the project that builds this model. Nothing without such a project. */
export function CardThreads({ model }: { model: string }) {
  const project = useLive(projectList).items.find(candidate => candidate.model === model);
  const projectId = project?.projectId;
  const me = useLive(teamList).items[0]?.me.person ?? '';
  const { data, error, reload } = useLoad(`threads ${projectId} ${project?.card}`, signal =>
    project
      ? engine.reviews.threads.query({ projectId: project.projectId, path: project.card }, { signal })
      : Promise.resolve([]),
  );
  useEffect(() => {
    if (!projectId) return;
    const { unsubscribe } = engine.reviews.changes.subscribe(
      { projectId },
      { next: reload, missed: reload, error: noticed },
    );
    return unsubscribe;
  }, [projectId, reload]);
  if (!project) return null;
  const open = (data ?? []).filter(({ resolved }) => !resolved);
  return (
    <section className="app-section" aria-labelledby="threads">
      <h2 id="threads">
        Threads on {project.card}{' '}
        <span className="bm-muted">{open.length === 0 ? 'none open' : `${open.length} open`}</span>
      </h2>
      <ErrorLine error={error} />
      <div className="app-stack app-text">
        {open.map(thread => (
          <ThreadView
            key={thread.threadId}
            thread={thread}
            reply={body => engine.reviews.reply.mutate({ threadId: thread.threadId, body }).then(reload)}
            me={me}
            react={reaction => engine.reviews.react.mutate({ threadId: thread.threadId, ...reaction }).then(reload)}
            resolve={resolved => engine.reviews.resolve.mutate({ threadId: thread.threadId, resolved }).then(reload)}
          />
        ))}
      </div>
    </section>
  );
}
