import { linkToPage } from '@benchmate/shared/domain/page-link';
import { pathTo } from '@benchmate/shared/domain/companion-path';
import { CopyButton } from '@benchmate/shared/ui/copy-button';
import { Icon } from '@benchmate/shared/ui/icon';
import { addressOf, isOnSyncServer } from './base.ts';
import { usePlace } from './router.tsx';

/** Lists are found without an address; what is shown of them differs from person to person. */
const lists: ReadonlySet<string> = new Set(['runs', 'models', 'notes', 'team']);

/**
 * The address of this page for teammates, each of whom has an engine of their own (a sync server's page is the same for all), and
 * the same thing in the editor. Nothing on pages of this device alone. `path`: where this page says less than it shows (`latest`).
 */
export function ShareLink({ path }: { path?: string | undefined }) {
  const { segments, query } = usePlace();
  const isList = segments.length === 1 && lists.has(segments[0]!);
  const page = path ?? pathTo(...segments) + (query.size > 0 ? `?${query}` : '');
  const address = isList ? null : linkToPage(page);
  if (address === null) return null;
  return (
    <span className="app-share">
      <CopyButton text={isOnSyncServer ? location.origin + addressOf(page) : address} label="Copy link" quiet />
      <a className="bm-button quiet" href={address}>
        <Icon name="vscode" />
        <span>Open in VS Code</span>
      </a>
    </span>
  );
}
