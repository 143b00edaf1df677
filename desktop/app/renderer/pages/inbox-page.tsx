import { EmptyState } from '@benchmate/shared/ui/empty-state';
import { Icon } from '@benchmate/shared/ui/icon';
import { RelativeTime } from '@benchmate/shared/ui/relative-time';
import { Link, modelPath } from '../shell/router.tsx';
import { PageHead } from './page-head.tsx';
import { useInbox, type InboxItem } from './use-inbox.ts';

export function InboxPage() {
  const items = useInbox();
  return (
    <>
      <PageHead title="Inbox" />
      {items.length === 0 ? (
        <EmptyState icon="inbox" title="Nothing waits for you.">
          Reviews that teammates ask for and contested models appear here.
        </EmptyState>
      ) : (
        <ul className="app-list">
          {items.map(item => (
            <li key={JSON.stringify(item)}>
              <Item item={item} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Item({ item }: { item: InboxItem }) {
  if (item.kind === 'sync')
    return (
      <Link to="/team" className="app-list-item">
        <Icon name="error" />
        <span>
          <strong>{item.sentence}</strong>
          <span className="bm-muted">{item.next}</span>
        </span>
      </Link>
    );
  const address = modelPath(item.model, item.version);
  if (item.kind === 'contested')
    return (
      <Link to={address} className="app-list-item">
        <Icon name="warning" />
        <span>
          <strong>
            {item.alias} of {item.model} is contested
          </strong>
          <span className="bm-muted">Two people promoted different versions while offline. Choose one.</span>
        </span>
      </Link>
    );
  return (
    <Link to={address} className="app-list-item">
      <Icon name="git-pull-request" />
      <span>
        <strong>
          {item.model} v{item.version} asks for your verdict
        </strong>
        <span className="bm-muted">
          {item.by} registered it <RelativeTime at={item.at} />; {item.alias} needs {item.missing} more{' '}
          {item.missing === 1 ? 'approval' : 'approvals'}.
        </span>
      </span>
    </Link>
  );
}
