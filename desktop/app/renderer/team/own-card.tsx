import { useState } from 'react';
import type { TeamState } from '@benchmate/shared/protocol/team';
import { CopyButton } from '@benchmate/shared/ui/copy-button';
import { ErrorLine } from '@benchmate/shared/ui/empty-state';
import { absoluteTime } from '@benchmate/shared/ui/relative-time';
import { engine } from '../engine/connection.tsx';
import { teamList } from '../engine/lists.ts';
import { useAction } from '../engine/use-action.ts';
import { whyNot } from './rights.ts';

type Shown = { label: string; text: string; note: string };

/** Further devices and agents of this person, and the recovery key of an owner. */
export function OwnCard({ team }: { team: TeamState }) {
  const [shown, setShown] = useState<Shown | null>(null);
  const { busy, error, run } = useAction();
  const alone = team.sync.state === 'off';
  const may = (action: 'device.added' | 'agent.added' | 'recovery.set') =>
    whyNot(team, action, { what: 'do this' }) === null;
  const link = (request: { as: 'device' } | { role: 'agent' }, label: string, note: string) =>
    run(
      () => engine.team.invite.mutate(request),
      ({ link: text, expiresAt }) =>
        setShown({ label, text, note: `${note} Valid once, until ${absoluteTime(new Date(expiresAt))}.` }),
    );
  const recovery = () =>
    run(
      async () => {
        const { key } = await engine.team.createRecoveryKey.mutate();
        await teamList.answer(engine.team.state.query());
        return key;
      },
      text =>
        setShown({
          label: 'Recovery key, shown once',
          text,
          note: 'Print it or write it down, and keep it apart from your devices. A key made before counts no more.',
        }),
    );
  return (
    <section className="app-card" aria-labelledby="own">
      <h2 id="own">Your devices and agents</h2>
      <div className="app-actions">
        <button
          className="bm-button"
          disabled={busy || alone || !may('device.added')}
          onClick={() => link({ as: 'device' }, 'Link for your other device', 'It gets the rights that you have.')}
        >
          Add a device
        </button>
        <button
          className="bm-button"
          disabled={busy || alone || !may('agent.added')}
          onClick={() =>
            link({ role: 'agent' }, 'Link for the agent', 'It works for you, and never approves, promotes or invites.')
          }
        >
          Add an agent
        </button>
        {may('recovery.set') && (
          <button className="bm-button" disabled={busy} onClick={recovery}>
            {team.hasRecoveryKey ? 'Make a new recovery key' : 'Make a recovery key'}
          </button>
        )}
      </div>
      <p className="bm-muted">
        {alone && 'Links need a sync server. '}
        {may('recovery.set') &&
          (team.hasRecoveryKey
            ? 'You have a recovery key: who loses all devices comes back with it.'
            : 'Without a recovery key, nobody can give you your rights back when all your devices are lost.')}
      </p>
      {shown && (
        <>
          <label className="bm-label">
            {shown.label}
            <textarea
              className="bm-field bm-mono"
              readOnly
              rows={2}
              value={shown.text}
              onFocus={event => event.target.select()}
            />
          </label>
          <div className="row">
            <CopyButton text={shown.text} label="Copy" />
            <span className="bm-muted">{shown.note}</span>
          </div>
        </>
      )}
      <ErrorLine error={error} />
    </section>
  );
}
