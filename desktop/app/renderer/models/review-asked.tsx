import { useState } from 'react';
import type { ModelReview } from '@benchmate/shared/domain/model-review';
import { targetSentence } from '@benchmate/shared/diff/review-target-text';
import { pathTo } from '@benchmate/shared/domain/companion-path';
import { openMinutes } from '@benchmate/shared/protocol/open-minutes';
import type { TeamState } from '@benchmate/shared/protocol/team';
import { Chip } from '@benchmate/shared/ui/chip';
import { ErrorLine } from '@benchmate/shared/ui/empty-state';
import { Icon } from '@benchmate/shared/ui/icon';
import { RelativeTime } from '@benchmate/shared/ui/relative-time';
import { engine } from '../engine/connection.tsx';
import { noteList } from '../engine/lists.ts';
import { LiveMarkdown } from '../notes/live-markdown.tsx';
import { useAction } from '../engine/use-action.ts';
import { navigate } from '../shell/router.tsx';
import { whyNot } from '../team/rights.ts';

const states = { open: 'asked', answered: 'answered', withdrawn: 'withdrawn' } as const;

/** What is asked: of whom, by whom, and what promotions of the version need. */
export function ReviewAsked({
  review,
  team,
  changed,
}: {
  review: ModelReview;
  team: TeamState | undefined;
  changed: () => void;
}) {
  const { model, version, targets } = review;
  const { busy, error, run } = useAction();
  const withdraw = (person: string) =>
    run(
      () => engine.modelReviews.withdraw.mutate({ model, version: version.version, people: [person], comment: '' }),
      changed,
    );
  const beginSession = () =>
    run(
      async () => noteList.answer(openMinutes(engine, review, review.projectId!).then(({ note }) => note)),
      note => navigate(pathTo('notes', note.noteId)),
    );
  const mine = team?.me.agentOf ?? team?.me.person;
  const personOf = (device: string) => team?.members.find(known => known.device === device)?.person;
  const mayAsk = team && whyNot(team, 'review.requested', { what: 'ask for a review', model }) === null;
  return (
    <section className="app-section" aria-labelledby="asked">
      <h2 id="asked">
        Review <span className="bm-muted">{version.requests.length === 0 ? 'nobody is asked' : ''}</span>
      </h2>
      {targets.length > 0 && (
        <ul className="app-stack" style={{ gap: 4 }}>
          {targets.map(target => (
            <li key={target.alias}>{targetSentence(target)}</li>
          ))}
        </ul>
      )}
      <ul className="app-history">
        {version.requests.map(({ person, name, by, comment, at, state }) => (
          <li key={person} style={{ gridTemplateColumns: 'minmax(0, 1fr) auto' }}>
            <div className="app-stack" style={{ gap: 4 }}>
              <span>
                <strong>{name}</strong> <Chip tone={state === 'open' ? 'warning' : 'plain'}>{states[state]}</Chip>{' '}
                <span className="bm-muted">
                  by {by.name}, <RelativeTime at={at} />
                </span>
              </span>
              {comment && <LiveMarkdown text={comment} projectId={review.projectId} />}
            </div>
            {state === 'open' && (person === mine || personOf(by.device) === mine) && (
              <button className="bm-button" disabled={busy} onClick={() => withdraw(person)}>
                {person === mine ? 'Decline' : `Take back from ${name}`}
              </button>
            )}
          </li>
        ))}
      </ul>
      <div style={{ display: 'flex', flexWrap: 'wrap', gap: 8, alignItems: 'start' }}>
        {team && mayAsk && <AskForm review={review} team={team} changed={changed} />}
        {review.projectId !== null && (
          <button className="bm-button" disabled={busy} onClick={beginSession}>
            <Icon name="checklist" /> Hold a session
          </button>
        )}
      </div>
      <ErrorLine error={error} />
    </section>
  );
}

function AskForm({ review, team, changed }: { review: ModelReview; team: TeamState; changed: () => void }) {
  const { model, version } = review;
  const [open, setOpen] = useState(false);
  const [person, setPerson] = useState('');
  const [comment, setComment] = useState('');
  const { busy, error, run } = useAction();
  const author = team.members.find(({ device }) => device === version.registeredBy.device);
  const people = new Map(
    team.members
      .filter(({ active, role, agentOf }) => active && role !== 'agent' && agentOf === null)
      .filter(({ person: one }) => one !== (author?.agentOf ?? author?.person))
      .map(({ person: one, name }) => [one, name]),
  );
  const ask = () =>
    run(
      () =>
        engine.modelReviews.request.mutate({
          model,
          version: version.version,
          people: person === '' ? [] : [person],
          comment,
        }),
      () => {
        setOpen(false);
        setComment('');
        changed();
      },
    );
  if (!open)
    return (
      <div>
        <button className="bm-button" onClick={() => setOpen(true)}>
          <Icon name="person-add" /> Ask for a review
        </button>
      </div>
    );
  return (
    <form
      className="app-form"
      onSubmit={event => {
        event.preventDefault();
        ask();
      }}
    >
      <label className="bm-label">
        Whom
        <select className="bm-field" value={person} onChange={event => setPerson(event.target.value)}>
          <option value="">Whose approval is required</option>
          {[...people].map(([one, name]) => (
            <option key={one} value={one}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label className="bm-label">
        What about
        <textarea className="bm-field" value={comment} onChange={event => setComment(event.target.value)} />
      </label>
      <div className="row">
        <button className="bm-button primary" disabled={busy}>
          Ask
        </button>
        <button type="button" className="bm-button" onClick={() => setOpen(false)}>
          Cancel
        </button>
      </div>
      <ErrorLine error={error} />
    </form>
  );
}
