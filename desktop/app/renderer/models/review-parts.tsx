import { lazy, Suspense, useState } from 'react';
import type { ModelReview } from '@benchmate/shared/domain/model-review';
import type { RegisteredModel } from '@benchmate/shared/domain/registry';
import { Chip } from '@benchmate/shared/ui/chip';
import { ErrorLine } from '@benchmate/shared/ui/empty-state';
import { RelativeTime } from '@benchmate/shared/ui/relative-time';
import { engine, noticed } from '../engine/connection.tsx';
import { Link } from '../shell/router.tsx';

const CardChanges = lazy(() => import('./card-changes.tsx'));

/** What there is to look at, what of it is other than at the person's last review, and their own marks. */
export function ReviewParts({
  review,
  model,
  changed,
}: {
  review: ModelReview;
  model: RegisteredModel;
  changed: () => void;
}) {
  const { version, parts, lastReviewed } = review;
  const [shown, setShown] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const before = model.versions.find(known => known.version === lastReviewed?.version);
  /** What was marked here just now: shown before the engine has answered. */
  const [marks, setMarks] = useState<Readonly<Record<string, boolean>>>({});
  const isViewed = ({ part, viewed }: ModelReview['parts'][number]) => marks[part] ?? viewed;
  const mark = (part: string, viewed: boolean) => {
    setMarks(known => ({ ...known, [part]: viewed }));
    engine.modelReviews.setViewed.mutate({ model: model.name, version: version.version, part, viewed }).then(
      () => (setError(null), changed()),
      (failure: unknown) => {
        setMarks(({ [part]: _failed, ...others }) => others);
        setError(noticed(failure));
      },
    );
  };
  const left = parts.filter(part => !isViewed(part)).length;
  return (
    <section className="app-section app-spaced" aria-labelledby="parts">
      <h2 id="parts">
        To look at{' '}
        <span className="bm-muted">
          {left === 0 ? 'all viewed' : `${parts.length - left} of ${parts.length} viewed, which only you see`}
        </span>
      </h2>
      <ul className="app-stack" style={{ gap: 4 }}>
        {parts.map(({ part, label, changed: isChanged, viewed }) => (
          <li key={part}>
            <label>
              <input
                type="checkbox"
                checked={marks[part] ?? viewed}
                onChange={event => mark(part, event.target.checked)}
              />{' '}
              {label}
            </label>{' '}
            {isChanged && <Chip tone="warning">changed since v{lastReviewed!.version}</Chip>}
          </li>
        ))}
      </ul>
      {lastReviewed && before && (
        <>
          <p className="bm-muted">
            You reviewed v{lastReviewed.version} <RelativeTime at={lastReviewed.at} />.
          </p>
          <div className="row">
            <button className="bm-button" aria-expanded={shown} onClick={() => setShown(!shown)}>
              {shown ? 'Hide the changes of the card' : `Changes of the card since v${lastReviewed.version}`}
            </button>
            {before.runId && version.runId && before.runId !== version.runId && (
              <Link className="bm-button" to={`/compare?runs=${before.runId},${version.runId}`}>
                Compare the runs
              </Link>
            )}
          </div>
          {shown && (
            <Suspense fallback={null}>
              <CardChanges before={before} version={version} />
            </Suspense>
          )}
        </>
      )}
      <ErrorLine error={error} />
    </section>
  );
}
