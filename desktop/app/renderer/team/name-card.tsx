import { useState } from 'react';
import type { TeamState } from '@benchmate/shared/protocol/team';
import { ErrorLine } from '@benchmate/shared/ui/empty-state';
import { engine } from '../engine/connection.tsx';
import { teamList } from '../engine/lists.ts';
import { useAction } from '../engine/use-action.ts';
import { ToldSwitch } from '../presence/told-switch.tsx';

/** How others see this person; the team's name while they are its only member. */
export function NameCard({ team }: { team: TeamState }) {
  const alone = team.members.filter(({ active }) => active).length === 1;
  const [name, setName] = useState(team.me.name);
  const [teamName, setTeamName] = useState(team.name);
  const { busy, error, run } = useAction();
  const changes = {
    ...(name.trim() !== team.me.name ? { member: name.trim() } : {}),
    ...(alone && teamName.trim() !== team.name ? { team: teamName.trim() } : {}),
  };
  return (
    <section className="app-card" aria-labelledby="names">
      <h2 id="names">Names</h2>
      <form
        className="app-form"
        onSubmit={event => {
          event.preventDefault();
          run(() => teamList.answer(engine.team.rename.mutate(changes)));
        }}
      >
        <label className="bm-label">
          Your name
          <input
            className="bm-field"
            required
            maxLength={100}
            value={name}
            onChange={event => setName(event.target.value)}
          />
        </label>
        {alone && (
          <label className="bm-label">
            Name of the team
            <input
              className="bm-field"
              required
              maxLength={100}
              value={teamName}
              onChange={event => setTeamName(event.target.value)}
            />
          </label>
        )}
        <button className="bm-button" disabled={busy || Object.keys(changes).length === 0}>
          Rename
        </button>
      </form>
      <ErrorLine error={error} />
      <ToldSwitch />
    </section>
  );
}
