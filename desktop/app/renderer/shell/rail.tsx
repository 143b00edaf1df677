import { Icon } from '@benchmate/shared/ui/icon';
import { useLive } from '../engine/live-list.ts';
import { inboxList, teamList } from '../engine/lists.ts';
import { describeSync } from '../team/describe-sync.ts';
import { addressOf, isOnSyncServer } from './base.ts';
import { Link, usePlace } from './router.tsx';

const places = [
  { area: 'inbox', icon: 'inbox', name: 'Inbox' },
  { area: 'runs', icon: 'beaker', name: 'Runs' },
  { area: 'models', icon: 'package', name: 'Models' },
  { area: 'notes', icon: 'note', name: 'Notes' },
  { area: 'jobs', icon: 'server-process', name: 'Jobs' },
  { area: 'team', icon: 'organization', name: 'Team' },
].filter(({ area }) => !isOnSyncServer || area !== 'jobs'); // a browser without an engine runs none

/** Pages that are reached from another one: they belong to its entry. */
const within: Record<string, string> = {
  compare: 'runs',
  drafts: 'notes',
  reviewers: 'models',
  threads: 'inbox',
  webhooks: 'team',
};

/** The way around, with a count of what waits for this person. */
export function Rail() {
  const [segment = ''] = usePlace().segments;
  const area = within[segment] ?? segment;
  const waiting = useLive(inboxList).items.length;
  const sync = useLive(teamList).items[0]?.sync;
  const words = sync && describeSync(sync);
  return (
    <nav className="app-rail" aria-label="Benchmate">
      <div className="app-brand" aria-hidden="true">
        <img src={addressOf('/icon.svg')} alt="" width="24" height="24" />
        <span>Benchmate</span>
      </div>
      <ul>
        {places.map(({ area: to, icon, name }) => (
          <li key={to}>
            <Link to={`/${to}`} aria-current={area === to ? 'page' : undefined}>
              <Icon name={icon} />
              <span>{name}</span>
              {to === 'inbox' && waiting > 0 && (
                <span className="app-count">
                  {waiting > 999 ? '999+' : waiting}
                  <span className="bm-unseen"> waiting</span>
                </span>
              )}
            </Link>
          </li>
        ))}
      </ul>
      {words && (
        <Link to="/team" className="app-sync" title={words.sentence}>
          <Icon name={words.icon} />
          <span>{words.short}</span>
        </Link>
      )}
    </nav>
  );
}
