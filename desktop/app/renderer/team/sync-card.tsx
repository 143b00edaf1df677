import type { TeamState } from '@benchmate/shared/protocol/team';
import { ErrorLine } from '@benchmate/shared/ui/empty-state';
import { Icon } from '@benchmate/shared/ui/icon';
import { RelativeTime } from '@benchmate/shared/ui/relative-time';
import { engine } from '../engine/connection.tsx';
import { teamList } from '../engine/lists.ts';
import { useAction } from '../engine/use-action.ts';
import { describeSync } from './describe-sync.ts';

/** What is shared and what is not, in words; pausing and resuming. */
export function SyncCard({ team }: { team: TeamState }) {
  const { busy, error, run } = useAction();
  const { sync } = team;
  const { icon, sentence, next } = describeSync(sync);
  const paused = sync.state === 'paused';
  return (
    <section className="app-card" aria-labelledby="sharing">
      <h2 id="sharing" className="bm-unseen">
        Sharing
      </h2>
      <div className="row">
        <Icon name={icon} />
        <strong role="status">{sentence}</strong>
        {sync.state !== 'off' && (
          <span className="bm-muted">
            {sync.serverUrl}, <RelativeTime at={sync.since} />
          </span>
        )}
        {sync.state !== 'off' && (
          <button
            className="bm-button"
            style={{ marginLeft: 'auto' }}
            disabled={busy}
            onClick={() => run(() => teamList.answer(engine.team.setPaused.mutate({ paused: !paused })))}
          >
            {paused ? 'Resume sharing' : 'Pause sharing'}
          </button>
        )}
      </div>
      {next && <p className="bm-muted">{next}</p>}
      {sync.folder?.unread.map(sentence => (
        <p key={sentence} className="bm-muted">
          <Icon name="warning" /> {sentence}
        </p>
      ))}
      <ErrorLine error={error} />
    </section>
  );
}
