import { ErrorState, Skeleton } from '@benchmate/shared/ui/empty-state';
import { useLive } from '../engine/live-list.ts';
import { teamList } from '../engine/lists.ts';
import { useSlow } from '../engine/use-load.ts';
import { ConnectCard } from '../team/connect-card.tsx';
import { EncryptionCard } from '../team/encryption-card.tsx';
import { InviteCard } from '../team/invite-card.tsx';
import { JoinCard } from '../team/join-card.tsx';
import { Members } from '../team/members.tsx';
import { NameCard } from '../team/name-card.tsx';
import { ProjectRoles } from '../team/project-roles.tsx';
import { OpenInvites } from '../team/open-invites.tsx';
import { OwnCard } from '../team/own-card.tsx';
import { SyncCard } from '../team/sync-card.tsx';
import { ThemeChoice } from '../team/theme-choice.tsx';
import { isOnSyncServer } from '../shell/base.ts';
import { Link } from '../shell/router.tsx';
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
      <PageHead title={team.name} marks={<span className="bm-muted">Team</span>}>
        <Link to="/reviewers" className="bm-button">
          Who reviews what
        </Link>
        {!isOnSyncServer && (
          <Link to="/webhooks" className="bm-button">
            Webhooks of this device
          </Link>
        )}
      </PageHead>
      <div className="app-stack">
        <SyncCard team={team} />
        <Members team={team} />
        <ProjectRoles team={team} />
        <OpenInvites team={team} />
        <div className="app-two" style={{ gap: 16 }}>
          <InviteCard team={team} />
          <OwnCard team={team} />
          {!isOnSyncServer && <ConnectCard team={team} />}
          <JoinCard team={team} />
          <NameCard key={`${team.me.name} ${team.name}`} team={team} />
        </div>
        {!isOnSyncServer && <EncryptionCard team={team} />}
        <ThemeChoice />
      </div>
    </>
  );
}
