import { useState } from 'react';
import type { Member } from '@benchmate/shared/domain/team';
import type { TeamState } from '@benchmate/shared/protocol/team';
import { Chip } from '@benchmate/shared/ui/chip';
import { Dialog } from '@benchmate/shared/ui/dialog';
import { ErrorLine, ErrorState, Skeleton } from '@benchmate/shared/ui/empty-state';
import { Avatar } from '@benchmate/shared/ui/person';
import { RelativeTime } from '@benchmate/shared/ui/relative-time';
import { engine } from '../engine/connection.tsx';
import { useLive } from '../engine/live-list.ts';
import { teamList } from '../engine/lists.ts';
import { useAction } from '../engine/use-action.ts';
import { useSlow } from '../engine/use-load.ts';
import { ConnectCard } from '../team/connect-card.tsx';
import { InviteCard } from '../team/invite-card.tsx';
import { JoinCard } from '../team/join-card.tsx';
import { NameCard } from '../team/name-card.tsx';
import { SyncCard } from '../team/sync-card.tsx';
import { ThemeChoice } from '../team/theme-choice.tsx';
import { PageHead } from './page-head.tsx';

export function TeamPage() {
  const { items, phase, error } = useLive(teamList);
  const slow = useSlow(phase === 'loading');
  const team = items[0];
  if (!team)
    return (
      <>
        <PageHead title="Team" />
        {error ? (
          <ErrorState error={error} retry={() => void teamList.reload()} />
        ) : (
          slow && <Skeleton what="the team" />
        )}
      </>
    );
  return (
    <>
      <PageHead title={team.name} marks={<span className="bm-muted">Team</span>} />
      <div className="app-stack">
        <SyncCard team={team} />
        <Members team={team} />
        <div className="app-two" style={{ gap: 16 }}>
          <InviteCard team={team} />
          <ConnectCard team={team} />
          <JoinCard team={team} />
          <NameCard key={`${team.me.name} ${team.name}`} team={team} />
        </div>
        <ThemeChoice />
      </div>
    </>
  );
}

function Members({ team }: { team: TeamState }) {
  const [leaving, setLeaving] = useState<Member | null>(null);
  const mayRemove = team.me.role === 'owner' || team.me.role === 'maintainer';
  const members = team.members.toSorted((a, b) => Number(b.active) - Number(a.active) || (a.since < b.since ? -1 : 1));
  return (
    <section className="app-section" style={{ marginTop: 0 }} aria-labelledby="members">
      <h2 id="members">
        Members <span className="bm-muted">{members.filter(({ active }) => active).length}</span>
      </h2>
      <ul className="app-list">
        {members.map(member => (
          <li key={member.device} className="app-list-item">
            <Avatar name={member.name} device={member.device} agent={member.role === 'agent'} />
            <span>
              <strong>
                {member.name}
                {member.device === team.device && <span className="bm-muted"> (you)</span>}
              </strong>
              <span className="bm-muted">
                {member.deviceName}, {member.active ? 'since' : 'removed; was a member since'}{' '}
                <RelativeTime at={member.since} />
              </span>
            </span>
            <span className="chips">
              <Chip>{member.active ? member.role : 'removed'}</Chip>
              {mayRemove && member.active && member.device !== team.device && (
                <button className="bm-button" onClick={() => setLeaving(member)}>
                  Remove<span className="bm-unseen"> {member.name}</span>
                </button>
              )}
            </span>
          </li>
        ))}
      </ul>
      {leaving && <RemoveDialog member={leaving} close={() => setLeaving(null)} />}
    </section>
  );
}

function RemoveDialog({ member, close }: { member: Member; close: () => void }) {
  const { busy, error, run } = useAction();
  const remove = () => run(() => teamList.answer(engine.team.removeMember.mutate({ device: member.device })), close);
  return (
    <Dialog title={`Remove ${member.name} from the team?`} close={close}>
      <p>
        What they wrote and approved until now stays. From now on nothing of theirs counts, and nothing new reaches
        them.
      </p>
      <ErrorLine error={error} />
      <div className="actions">
        <button className="bm-button" autoFocus onClick={close}>
          Keep
        </button>
        <button className="bm-button danger" disabled={busy} onClick={remove}>
          Remove
        </button>
      </div>
    </Dialog>
  );
}
