import type { OpenInvite } from '@benchmate/shared/domain/team';
import type { TeamState } from '@benchmate/shared/protocol/team';
import { ErrorLine } from '@benchmate/shared/ui/empty-state';
import { Avatar } from '@benchmate/shared/ui/person';
import { absoluteTime } from '@benchmate/shared/ui/relative-time';
import { engine } from '../engine/connection.tsx';
import { teamList } from '../engine/lists.ts';
import { useAction } from '../engine/use-action.ts';
import { whyNot } from './rights.ts';

/** Invites that nobody has used, to be withdrawn by an owner or by whom they are from; nothing where there is none. */
export function OpenInvites({ team }: { team: TeamState }) {
  const { busy, error, run } = useAction();
  const open = team.invites.filter(({ expiresAt }) => Date.parse(expiresAt) > Date.now());
  if (open.length === 0 && !error) return null;
  const isOwner = whyNot(team, 'invite.withdrawn', { what: 'withdraw' }) === null;
  const withdraw = (inviteId: string) => run(() => teamList.answer(engine.team.withdrawInvite.mutate({ inviteId })));
  return (
    <section className="app-section" aria-labelledby="open-invites">
      <h2 id="open-invites">
        Open invites <span className="bm-muted">{open.length}</span>
      </h2>
      <ul className="app-list">
        {open.map(invite => {
          const maker = team.members.find(({ device }) => device === invite.invitedBy);
          const isOwn = maker?.person === team.me.person;
          return (
            <li className="app-list-item" key={invite.inviteId}>
              <Avatar name={maker?.name ?? '?'} device={invite.invitedBy} />
              <span>
                <strong>{purpose(invite)}</strong>
                <span className="bm-muted">
                  made by {maker?.name ?? 'somebody'}
                  {isOwn && ' (you)'}, valid until {absoluteTime(new Date(invite.expiresAt))}
                </span>
              </span>
              {team.me.active && (isOwner || isOwn) && (
                <span className="chips">
                  <button className="bm-button" disabled={busy} onClick={() => withdraw(invite.inviteId)}>
                    Withdraw<span className="bm-unseen"> the invite for {purpose(invite)}</span>
                  </button>
                </span>
              )}
            </li>
          );
        })}
      </ul>
      <ErrorLine error={error} />
    </section>
  );
}

const purpose = ({ as, role }: OpenInvite): string =>
  ({ member: `A ${role}`, device: 'Another device', agent: 'An agent' })[as].replace('A owner', 'An owner');
