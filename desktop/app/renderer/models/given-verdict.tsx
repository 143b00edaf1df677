import type { ReactNode } from 'react';
import type { ReviewVerdict } from '@benchmate/shared/domain/model-review';
import { Chip } from '@benchmate/shared/ui/chip';
import { Person } from '@benchmate/shared/ui/person';
import { RelativeTime } from '@benchmate/shared/ui/relative-time';
import { LiveMarkdown } from '../notes/live-markdown.tsx';

const words = {
  approve: { tone: 'good', icon: 'check', text: 'approved' },
  'request-changes': { tone: 'warning', icon: 'request-changes', text: 'asked for changes' },
  comment: { tone: 'plain', icon: 'comment', text: 'commented' },
} as const;

interface Verdict {
  device: string;
  name: string;
  verdict: ReviewVerdict;
  comment: string;
  at: string;
}

/** A row of a list: who said what of a version or a file, and when. `children`: what else is to be known of it. */
export function GivenVerdict({
  of: { device, name, verdict, comment, at },
  projectId,
  children,
}: {
  of: Verdict;
  projectId: string | null;
  children?: ReactNode;
}) {
  const { tone, icon, text } = words[verdict];
  return (
    <li style={{ gridTemplateColumns: 'minmax(0, 1fr) auto' }}>
      <div className="app-stack" style={{ gap: 4 }}>
        <span className="bm-person">
          <Person name={name} device={device} />
          <Chip tone={tone} icon={icon}>
            {text}
          </Chip>
        </span>
        {children}
        {comment && <LiveMarkdown text={comment} projectId={projectId} />}
      </div>
      <span className="bm-muted">
        <RelativeTime at={at} />
      </span>
    </li>
  );
}
