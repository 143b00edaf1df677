import { useState } from 'react';
import type { FileReviewNow } from '@benchmate/shared/domain/file-review';
import type { ReviewVerdict } from '@benchmate/shared/domain/model-review';
import { Chip } from '@benchmate/shared/ui/chip';
import { ErrorLine, ErrorState, Skeleton } from '@benchmate/shared/ui/empty-state';
import { RelativeTime } from '@benchmate/shared/ui/relative-time';
import { engine } from '../engine/connection.tsx';
import { useAction } from '../engine/use-action.ts';
import { useLoad } from '../engine/use-load.ts';
import { GivenVerdict } from '../models/given-verdict.tsx';
import { LiveMarkdown } from '../notes/live-markdown.tsx';
import { PageHead } from './page-head.tsx';

const columns = { gridTemplateColumns: 'minmax(0, 1fr) auto' };
const states = { open: 'asked', answered: 'answered', withdrawn: 'withdrawn' } as const;

/** Reviews of a file of a project, such as its model card, by what it says. */
export function FileReviewPage({ projectId, path }: { projectId: string; path: string }) {
  const { data, error, slow, reload } = useLoad(`file ${projectId} ${path}`, signal =>
    engine.fileReviews.show.query({ projectId, path }, { signal }),
  );
  return (
    <>
      <PageHead title={path} within={{ name: 'Inbox', to: '/inbox' }} />
      {error && <ErrorState error={error} retry={reload} />}
      {!data && !error && slow && <Skeleton what="the review" lines={3} />}
      {data && (
        <div className="app-stack">
          <Asked review={data} changed={reload} />
          <Given review={data} />
          {data.text !== null && <Text path={path} projectId={projectId} text={data.text} />}
          <Verdict key={data.content} review={data} changed={reload} />
        </div>
      )}
    </>
  );
}

function Asked({ review, changed }: { review: FileReviewNow; changed: () => void }) {
  const { project: projectId, path, requests, content, commit } = review;
  const me = useLoad('me', signal => engine.team.state.query(undefined, { signal })).data?.me.person;
  const { busy, error, run } = useAction();
  const decline = () =>
    run(() => engine.fileReviews.withdraw.mutate({ projectId, path, people: [me!], comment: '' }), changed);
  return (
    <section className="app-section" aria-labelledby="asked">
      <h2 id="asked">
        Review <span className="bm-muted">{requests.length === 0 ? 'nobody is asked' : ''}</span>
      </h2>
      <p className="bm-muted">
        {content === null
          ? 'There is no such file in the project’s folder on this machine: check the branch out that has it.'
          : commit === null
            ? `Verdicts are about what it says now, content ${content.slice(0, 12)}, which is not committed.`
            : `Verdicts are about what it says now, content ${content.slice(0, 12)} as of commit ${commit.slice(0, 12)}.`}
      </p>
      <ul className="app-history">
        {requests.map(({ person, name, by, comment, at, state }) => (
          <li key={person} style={columns}>
            <div className="app-stack" style={{ gap: 4 }}>
              <span>
                <strong>{name}</strong> <Chip tone={state === 'open' ? 'warning' : 'plain'}>{states[state]}</Chip>{' '}
                <span className="bm-muted">
                  by {by.name}, <RelativeTime at={at} />
                </span>
              </span>
              {comment && <LiveMarkdown text={comment} projectId={projectId} />}
            </div>
            {state === 'open' && person === me && (
              <button className="bm-button" disabled={busy} onClick={decline}>
                Decline
              </button>
            )}
          </li>
        ))}
      </ul>
      <ErrorLine error={error} />
    </section>
  );
}

function Given({ review: { project, votes, remarks, content } }: { review: FileReviewNow }) {
  const all = [...votes, ...remarks.map(remark => ({ ...remark, verdict: 'comment' as const }))];
  return (
    <section className="app-section" aria-labelledby="given">
      <h2 id="given">
        Verdicts <span className="bm-muted">{all.length === 0 ? 'none yet' : all.length}</span>
      </h2>
      <ul className="app-history">
        {all.map(verdict => (
          <GivenVerdict key={`${verdict.device} ${verdict.verdict} ${verdict.at}`} of={verdict} projectId={project}>
            {verdict.content !== content && (
              <span>
                About what it said before
                {verdict.commit === null ? '.' : `: compare with commit ${verdict.commit.slice(0, 12)}.`}
              </span>
            )}
          </GivenVerdict>
        ))}
      </ul>
    </section>
  );
}

/** As it stands there: the head of a card is reviewed, too. */
function Text({ path, projectId, text }: { path: string; projectId: string; text: string }) {
  const isCard = /\.(md|markdown)$/i.test(path);
  const [, head = '', body = text] = (isCard && /^(---\r?\n[^]*?\r?\n---\r?\n)([^]*)$/.exec(text)) || [];
  return (
    <section className="app-section" aria-labelledby="text">
      <h2 id="text">What it says now</h2>
      <div className="app-card app-text">
        {(head !== '' || !isCard) && (
          <pre tabIndex={0} role="region" aria-label={isCard ? 'Data at its head' : path} style={{ overflowX: 'auto' }}>
            {isCard ? head : text}
          </pre>
        )}
        {isCard && <LiveMarkdown text={body} projectId={projectId} />}
      </div>
    </section>
  );
}

/** A verdict is about what was shown: the engine refuses it when the file says something else by then. */
function Verdict({ review, changed }: { review: FileReviewNow; changed: () => void }) {
  const { project: projectId, path, content, refusal, drafts } = review;
  const [comment, setComment] = useState('');
  const { busy, error, run } = useAction();
  if (content === null) return null;
  const give = (verdict: ReviewVerdict) =>
    run(
      () => engine.fileReviews.submit.mutate({ projectId, path, verdict, comment: comment.trim(), content, drafts }),
      () => (setComment(''), changed()),
    );
  return (
    <section className="app-card" aria-labelledby="verdict">
      <h2 id="verdict">Your verdict</h2>
      <label className="bm-label">
        Comment
        <textarea className="bm-field" value={comment} onChange={event => setComment(event.target.value)} />
      </label>
      <div className="row">
        <button className="bm-button primary" disabled={busy || refusal !== null} onClick={() => give('approve')}>
          Approve
        </button>
        <button className="bm-button" disabled={busy || refusal !== null} onClick={() => give('request-changes')}>
          Ask for changes
        </button>
        <button
          className="bm-button"
          disabled={busy || (comment.trim() === '' && drafts.length === 0)}
          onClick={() => give('comment')}
        >
          Comment without a vote
        </button>
      </div>
      {drafts.length > 0 && <p>Comments on it that you drafted go out with the verdict: {drafts.length}.</p>}
      {refusal && <p className="bm-muted">{refusal}</p>}
      <ErrorLine error={error} />
    </section>
  );
}
