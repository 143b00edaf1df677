import { ErrorLine } from '@benchmate/shared/ui/empty-state';
import { modelAnchorOn } from '@benchmate/shared/documents/wordless-anchors';
import type { ModelVersion } from '@benchmate/shared/domain/registry';
import { modelHome } from '@benchmate/shared/domain/thread-place';
import { useLive } from '../engine/live-list.ts';
import { projectList } from '../engine/lists.ts';
import { NewThread } from './new-thread.tsx';
import { ThreadList } from './thread-list.tsx';
import { useThreads } from './use-threads.ts';

/** Open threads on a version of a model, kept with the project that builds it. Nothing without such a project. */
export function VersionThreads({ version }: { version: ModelVersion }) {
  const project = useLive(projectList).items.find(({ model }) => model === version.model);
  const loaded = useThreads(project?.projectId ?? null, modelHome(version.model));
  if (!project) return null;
  const open = loaded.data?.filter(
    ({ anchor, resolved }) => !resolved && anchor.kind === 'model' && anchor.versionId === version.versionId,
  );
  return (
    <section className="app-section" aria-labelledby="version-threads">
      <h2 id="version-threads">
        Threads on v{version.version}{' '}
        {open && <span className="bm-muted">{open.length === 0 ? 'none open' : `${open.length} open`}</span>}
      </h2>
      <div className="app-stack app-text">
        <ThreadList threads={open} reload={loaded.reload} />
        <NewThread
          projectId={project.projectId}
          anchor={modelAnchorOn(version)}
          about={`${version.model} v${version.version}`}
          begun={loaded.reload}
        />
        <ErrorLine error={loaded.error} />
      </div>
    </section>
  );
}
