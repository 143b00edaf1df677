import { useState } from 'react';
import { grantableRole, type Role } from '@benchmate/shared/domain/team';
import { browserInvite } from '@benchmate/shared/facts/browser-invite';
import { roleSentence } from '@benchmate/shared/facts/rights';
import type { TeamState } from '@benchmate/shared/protocol/team';
import { CopyButton } from '@benchmate/shared/ui/copy-button';
import { ErrorLine } from '@benchmate/shared/ui/empty-state';
import { Icon } from '@benchmate/shared/ui/icon';
import { RelativeTime, absoluteTime } from '@benchmate/shared/ui/relative-time';
import { engine } from '../engine/connection.tsx';
import { useAction } from '../engine/use-action.ts';
import { whyNot } from './rights.ts';

type Made = { link: string; expiresAt: string; spoken: string | null };

/** A link, or a code to read aloud, for one person, valid once. */
export function InviteCard({ team }: { team: TeamState }) {
  const [role, setRole] = useState<Role>('reviewer');
  const [invite, setInvite] = useState<Made | null>(null);
  const { busy, error, run } = useAction();
  const alone = team.sync.state === 'off';
  const refusal = whyNot(team, 'invite.created', { what: 'invite' });
  const make = (spoken: boolean) => run(() => engine.team.invite.mutate({ role, spoken }), setInvite);
  const text = invite && (invite.spoken ?? invite.link);
  const page = invite && browserInvite(invite.link);
  return (
    <section className="app-card" aria-labelledby="invite">
      <h2 id="invite">Invite a teammate</h2>
      {refusal ? (
        <p className="bm-muted">
          <Icon name="lock" /> {refusal}
        </p>
      ) : alone ? (
        <p className="bm-muted">An invitation needs a sync server that both of you reach. Connect one first.</p>
      ) : (
        <form
          className="app-form"
          onSubmit={event => {
            event.preventDefault();
            make(false);
          }}
        >
          <label className="bm-label">
            Role
            <select className="bm-field" value={role} onChange={event => setRole(event.target.value as Role)}>
              {grantableRole.options.map(option => (
                <option key={option} value={option}>
                  {option}: {roleSentence[option]}
                </option>
              ))}
            </select>
          </label>
          <div className="app-actions">
            <button className="bm-button primary" disabled={busy}>
              Make a link
            </button>
            <button type="button" className="bm-button" disabled={busy} onClick={() => make(true)}>
              Make a code to read aloud
            </button>
          </div>
        </form>
      )}
      {invite && text && (
        <>
          <label className="bm-label">
            {invite.spoken ? 'Code, valid once and while your Benchmate is online' : 'Link, valid once'}
            <input className="bm-field bm-mono" readOnly value={text} onFocus={event => event.target.select()} />
          </label>
          <div className="row">
            <CopyButton text={text} label={invite.spoken ? 'Copy the code' : 'Copy the link'} />
            <span className="bm-muted">
              Made <RelativeTime at={Date.now()} />, expires {absoluteTime(new Date(invite.expiresAt))}
            </span>
          </div>
          {page && (
            <div className="row">
              <CopyButton text={page} label="Copy the link for a browser" />
              <span className="bm-muted">
                The same invite, for who installs nothing: the team’s server has the page.
              </span>
            </div>
          )}
        </>
      )}
      <ErrorLine error={error} />
    </section>
  );
}
