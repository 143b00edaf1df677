import type { ModelVersion } from '@benchmate/shared/domain/registry';
import { GivenVerdict } from './given-verdict.tsx';
import { tally } from './version-of.ts';

/** Verdicts on a version, and comments without a vote. `projectId`: whose lines of files the comments may point at. */
export function GivenVerdicts({ version, projectId }: { version: ModelVersion; projectId: string | null }) {
  const { approved, changesAsked } = tally(version);
  return (
    <section className="app-section" aria-labelledby="reviews">
      <h2 id="reviews">
        Reviews{' '}
        <span className="bm-muted">
          {version.approvals.length === 0
            ? 'none yet'
            : `${approved} approved${changesAsked > 0 ? `, ${changesAsked} asked for changes` : ''}`}
        </span>
      </h2>
      <ul className="app-history">
        {version.approvals.map(given => (
          <GivenVerdict key={given.device} of={given} projectId={projectId} />
        ))}
        {version.remarks.map(remark => (
          <GivenVerdict
            key={`${remark.device} ${remark.at}`}
            of={{ ...remark, verdict: 'comment' }}
            projectId={projectId}
          />
        ))}
      </ul>
    </section>
  );
}
