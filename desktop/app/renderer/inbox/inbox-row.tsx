import { inboxPath } from '@benchmate/shared/domain/companion-path';
import type { InboxItem } from '@benchmate/shared/domain/inbox';
import { inboxIcons } from '@benchmate/shared/domain/inbox-icons';
import { formatDuration } from '@benchmate/shared/diff/quantity-format';
import { ErrorLine } from '@benchmate/shared/ui/empty-state';
import { Icon } from '@benchmate/shared/ui/icon';
import { RelativeTime } from '@benchmate/shared/ui/relative-time';
import { engine } from '../engine/connection.tsx';
import { inboxList } from '../engine/lists.ts';
import { useAction } from '../engine/use-action.ts';
import { Link } from '../shell/router.tsx';
import { inboxNames } from './inbox-names.ts';

/** What is the matter, since when, what shows it, and the way to deal with it. */
export function InboxRow({ item }: { item: InboxItem }) {
  const { itemId, kind, sentence, next, evidence, since, until, action, place, dismissible } = item;
  const { busy, error, run } = useAction();
  return (
    <li className="app-list-item app-inbox-row">
      <Icon name={inboxIcons[kind]} />
      <span>
        <strong>{sentence}</strong>
        <span className="bm-muted">
          {inboxNames[kind]}, {until === null ? <RelativeTime at={since} /> : <Until at={until} />}. {next}
        </span>
        {evidence.length > 0 && (
          <details>
            <summary>What shows it</summary>
            <ul className="app-evidence">
              {evidence.map(line => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          </details>
        )}
        <ErrorLine error={error} />
      </span>
      <span className="chips">
        <Link to={inboxPath(place)} className="bm-button">
          {action}
          <span className="bm-unseen"> {sentence}</span>
        </Link>
        {dismissible && (
          <button
            className="bm-button quiet"
            disabled={busy}
            onClick={() => run(() => inboxList.answer(engine.inbox.dismiss.mutate({ itemId })))}
          >
            Put away<span className="bm-unseen"> {sentence}</span>
          </button>
        )}
      </span>
    </li>
  );
}

function Until({ at }: { at: number }) {
  return (
    <time dateTime={new Date(at).toISOString()} title={new Date(at).toLocaleString()}>
      {formatDuration(Math.max(0, at - Date.now()))} left
    </time>
  );
}
