import { useEffect } from 'react';
import { ErrorState, Skeleton } from '@benchmate/shared/ui/empty-state';
import { engine, noticed } from '../engine/connection.tsx';
import { useLive } from '../engine/live-list.ts';
import { modelList, teamList } from '../engine/lists.ts';
import { useLoad } from '../engine/use-load.ts';
import { AskedVersions } from '../reviewers/asked-versions.tsx';
import { FileRules } from '../reviewers/file-rules.tsx';
import { ModelRules } from '../reviewers/model-rules.tsx';
import { PageHead } from './page-head.tsx';

/** Who has to review what, and who is missing for what is asked now. Rules are changed where they are written: in git. */
export function ReviewersPage() {
  const models = useLive(modelList).items;
  const team = useLive(teamList).items[0];
  const { data, error, slow, reload } = useLoad('reviewers', async signal => {
    const [required, asked, files] = await Promise.all([
      engine.modelReviews.required.query(undefined, { signal }),
      engine.modelReviews.asked.query(undefined, { signal }),
      engine.modelReviews.reviewersFiles.query(undefined, { signal }),
    ]);
    return { required, asked, files };
  });
  useEffect(reload, [models, team, reload]);
  useEffect(
    () =>
      engine.registry.ruleChanges.subscribe(undefined, { next: reload, missed: reload, error: noticed }).unsubscribe,
    [reload],
  );
  return (
    <>
      <PageHead title="Who reviews what" within={{ name: 'Models', to: '/models' }} />
      {data ? (
        <div className="app-stack app-text">
          <AskedVersions {...data.asked} />
          <ModelRules required={data.required} />
          {data.files.map(file => (
            <FileRules key={file.projectId} file={file} />
          ))}
        </div>
      ) : error ? (
        <ErrorState error={error} retry={reload} />
      ) : (
        slow && <Skeleton what="who reviews what" />
      )}
    </>
  );
}
