import { useState } from 'react';
import { approvalEffect } from '@benchmate/shared/diff/approval-effect-text';
import type { ModelVersion, RegisteredModel } from '@benchmate/shared/domain/registry';
import type { ModelReview, ReviewVerdict } from '@benchmate/shared/domain/model-review';
import type { TeamState } from '@benchmate/shared/protocol/team';
import { ErrorLine } from '@benchmate/shared/ui/empty-state';
import { Icon } from '@benchmate/shared/ui/icon';
import { engine } from '../engine/connection.tsx';
import { useAction } from '../engine/use-action.ts';
import { whyNoVerdict } from './why-no-verdict.ts';

/** The end of a review: exactly what approving allows, a comment, the verdicts. */
export function VerdictBox({
  model,
  version,
  review,
  team,
  given,
}: {
  model: RegisteredModel;
  version: ModelVersion;
  review: ModelReview | undefined;
  team: TeamState | undefined;
  given: () => void;
}) {
  const [withDrafts, setWithDrafts] = useState(true);
  const [comment, setComment] = useState('');
  const { busy, error, run } = useAction();
  const refusal = team && whyNoVerdict(version, team);
  const personOf = (device: string) => team?.members.find(known => known.device === device)?.person;
  const mine = version.approvals.find(({ device }) => team !== undefined && personOf(device) === team.me.person);
  // Comments that this person drafted go out with the verdict, if wanted.
  const drafts = review?.drafts ?? [];
  const effects =
    review && team ? approvalEffect(review, { name: team.me.name, hasApproved: mine?.verdict === 'approve' }) : [];
  const published = withDrafts ? drafts.map(({ draftId }) => draftId) : [];
  const give = (verdict: ReviewVerdict) =>
    run(
      () =>
        engine.modelReviews.submit.mutate({
          model: model.name,
          version: version.version,
          verdict,
          comment,
          drafts: published,
        }),
      () => {
        setComment('');
        given();
      },
    );
  return (
    <section className="app-card" aria-labelledby="verdict">
      <h2 id="verdict">Your verdict on v{version.version}</h2>
      {refusal ? (
        <p className="bm-muted">
          <Icon name="lock" /> {refusal}
        </p>
      ) : (
        <>
          <ul className="app-stack" style={{ gap: 4 }}>
            {effects.map(sentence => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
          {mine && (
            <p className="bm-muted">
              You said: {mine.verdict === 'approve' ? 'approve' : 'changes needed'}. A new verdict replaces it.
            </p>
          )}
          <label className="bm-label">
            Comment
            <textarea className="bm-field" value={comment} onChange={event => setComment(event.target.value)} />
          </label>
          {drafts.length > 0 && (
            <label>
              <input type="checkbox" checked={withDrafts} onChange={event => setWithDrafts(event.target.checked)} />{' '}
              Publish {drafts.length === 1 ? 'the comment' : `the ${drafts.length} comments`} that you drafted, with the
              verdict
            </label>
          )}
          <div className="row">
            <button className="bm-button primary" disabled={busy} onClick={() => give('approve')}>
              <Icon name="check" /> Approve v{version.version}
            </button>
            <button className="bm-button" disabled={busy} onClick={() => give('request-changes')}>
              Ask for changes
            </button>
            <button
              className="bm-button"
              disabled={busy || (comment.trim() === '' && published.length === 0)}
              onClick={() => give('comment')}
            >
              Comment without a vote
            </button>
          </div>
        </>
      )}
      <ErrorLine error={error} />
    </section>
  );
}
