import type { ModelVersion } from '@benchmate/shared/domain/registry';
import { Chip } from '@benchmate/shared/ui/chip';
import { Person } from '@benchmate/shared/ui/person';
import { RelativeTime } from '@benchmate/shared/ui/relative-time';
import { LiveMarkdown } from '../notes/live-markdown.tsx';
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
        {version.approvals.map(({ device, name, verdict, comment, at }) => (
          <li key={device} style={{ gridTemplateColumns: 'minmax(0, 1fr) auto' }}>
            <div className="app-stack" style={{ gap: 4 }}>
              <span className="bm-person">
                <Person name={name} device={device} />
                <Chip
                  tone={verdict === 'approve' ? 'good' : 'warning'}
                  icon={verdict === 'approve' ? 'check' : 'request-changes'}
                >
                  {verdict === 'approve' ? 'approved' : 'asked for changes'}
                </Chip>
              </span>
              {comment && <LiveMarkdown text={comment} projectId={projectId} />}
            </div>
            <span className="bm-muted">
              <RelativeTime at={at} />
            </span>
          </li>
        ))}
        {version.remarks.map(({ device, name, comment, at }) => (
          <li key={`${device} ${at}`} style={{ gridTemplateColumns: 'minmax(0, 1fr) auto' }}>
            <div className="app-stack" style={{ gap: 4 }}>
              <span className="bm-person">
                <Person name={name} device={device} />
                <Chip icon="comment">commented</Chip>
              </span>
              {comment && <LiveMarkdown text={comment} projectId={projectId} />}
            </div>
            <span className="bm-muted">
              <RelativeTime at={at} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
