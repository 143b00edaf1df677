import { useState } from 'react';
import type { TeamState } from '@benchmate/shared/protocol/team';
import { ErrorLine } from '@benchmate/shared/ui/empty-state';
import { engine } from '../engine/connection.tsx';
import { modelList, noteList, projectList, teamList } from '../engine/lists.ts';
import { useAction } from '../engine/use-action.ts';

/** Joins the team of an invite link. */
export function JoinCard({ team }: { team: TeamState }) {
  const [link, setLink] = useState('');
  const [name, setName] = useState(team.me.name);
  const { busy, error, run } = useAction();
  const join = () =>
    run(
      () => teamList.answer(engine.team.join.mutate({ link: link.trim(), name: name.trim() })),
      () => {
        setLink('');
        for (const list of [modelList, noteList, projectList]) void list.reload();
      },
    );
  return (
    <section className="app-card" aria-labelledby="join">
      <h2 id="join">Join a team</h2>
      <form
        className="app-form"
        onSubmit={event => {
          event.preventDefault();
          join();
        }}
      >
        <label className="bm-label">
          Invite link, or the server and the code that was read to you
          <input
            className="bm-field"
            required
            value={link}
            autoComplete="off"
            placeholder="sync.example.org 7-river-candy-orbit"
            onChange={event => setLink(event.target.value)}
          />
        </label>
        <label className="bm-label">
          Your name there
          <input
            className="bm-field"
            required
            maxLength={100}
            value={name}
            onChange={event => setName(event.target.value)}
          />
        </label>
        <button className="bm-button" disabled={busy || link.trim() === '' || name.trim() === ''}>
          Join
        </button>
      </form>
      <p className="bm-muted">From then on this device works in that team.</p>
      <ErrorLine error={error} />
    </section>
  );
}
