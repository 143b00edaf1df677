import { Icon } from '@benchmate/shared/ui/icon';
import { useLive } from '../engine/live-list.ts';
import { teamList } from '../engine/lists.ts';
import { describeSync } from '../team/describe-sync.ts';
import { useInbox } from '../pages/use-inbox.ts';
import { Link, usePlace } from './router.tsx';

const places = [
  { area: 'runs', icon: 'beaker', name: 'Runs' },
  { area: 'models', icon: 'package', name: 'Models' },
  { area: 'notes', icon: 'note', name: 'Notes' },
  { area: 'jobs', icon: 'server-process', name: 'Jobs' },
  { area: 'team', icon: 'organization', name: 'Team' },
];

/** The way around. Inbox stands there while something waits in it. */
export function Rail() {
  const area = usePlace().segments[0];
  const waiting = useInbox().length;
  const sync = useLive(teamList).items[0]?.sync;
  const items = waiting > 0 || area === 'inbox' ? [{ area: 'inbox', icon: 'inbox', name: 'Inbox' }, ...places] : places;
  const words = sync && describeSync(sync);
  return (
    <nav className="app-rail" aria-label="Benchmate">
      <div className="app-brand" aria-hidden="true">
        <img src="/icon.svg" alt="" width="24" height="24" />
        <span>Benchmate</span>
      </div>
      <ul>
        {items.map(({ area: to, icon, name }) => (
          <li key={to}>
            <Link
              to={`/${to}`}
              aria-current={area === to || (to === 'runs' && area === 'compare') ? 'page' : undefined}
            >
              <Icon name={icon} />
              <span>{name}</span>
              {to === 'inbox' && waiting > 0 && (
                <span className="app-count">
                  {waiting}
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
