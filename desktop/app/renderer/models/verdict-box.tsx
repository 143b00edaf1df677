import { useState } from 'react';
import type { AliasPolicies, ModelVersion, RegisteredModel } from '@benchmate/shared/domain/registry';
import type { TeamState } from '@benchmate/shared/protocol/team';
import { ErrorLine } from '@benchmate/shared/ui/empty-state';
import { Icon } from '@benchmate/shared/ui/icon';
import { engine } from '../engine/connection.tsx';
import { modelList } from '../engine/lists.ts';
import { useAction } from '../engine/use-action.ts';
import { approvalSentences, whyNoVerdict } from './approval-words.ts';

/** The end of a review: exactly what approving allows, a comment, the two verdicts. */
export function VerdictBox({
  model,
  version,
  policies,
  team,
}: {
  model: RegisteredModel;
  version: ModelVersion;
  policies: AliasPolicies;
  team: TeamState | undefined;
}) {
  const [comment, setComment] = useState('');
  const { busy, error, run } = useAction();
  const refusal = team && whyNoVerdict(version, team);
  const mine = version.approvals.find(({ device }) => device === team?.device);
  const give = (verdict: 'approve' | 'request-changes') =>
    run(
      () =>
        modelList.answer(
          engine.registry.approve.mutate({ model: model.name, version: version.version, verdict, comment }),
        ),
      () => {
        setComment('');
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
            {approvalSentences(version, policies).map(sentence => (
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
          <div className="row">
            <button className="bm-button primary" disabled={busy} onClick={() => give('approve')}>
              <Icon name="check" /> Approve v{version.version}
            </button>
            <button className="bm-button" disabled={busy} onClick={() => give('request-changes')}>
              Ask for changes
            </button>
          </div>
        </>
      )}
      <ErrorLine error={error} />
    </section>
  );
}
