import { useDeferredValue, useMemo, useState } from 'react';
import type { InboxItem } from '@benchmate/shared/domain/inbox';
import { inInboxOrder } from '@benchmate/shared/domain/inbox-order';
import { EmptyState, ErrorState, Skeleton } from '@benchmate/shared/ui/empty-state';
import { useLive } from '../engine/live-list.ts';
import { inboxList, projectList } from '../engine/lists.ts';
import { useSlow } from '../engine/use-load.ts';
import { InboxRow } from '../inbox/inbox-row.tsx';
import { inboxNames } from '../inbox/inbox-names.ts';
import { NoticesButton } from '../notices/notices-button.tsx';
import { navigate } from '../shell/router.tsx';
import { PageHead } from './page-head.tsx';

const step = 200;

/** Everything that waits for this person, most pressing first. The project stands in the address. */
export function InboxPage({ query }: { query: URLSearchParams }) {
  const { items, phase, error } = useLive(inboxList);
  const slow = useSlow(phase === 'loading');
  const [search, setSearch] = useState('');
  const [most, setMost] = useState(step);
  const wanted = useDeferredValue(search.trim().toLowerCase());
  const project = query.get('project') ?? '';
  const names = useProjectNames(items);
  const ordered = useMemo(() => inInboxOrder(items), [items]);
  const found = useMemo(
    () =>
      ordered.filter(
        item =>
          (project === '' || names.get(item.project ?? '') === project) &&
          (wanted === '' || textOf(item).toLowerCase().includes(wanted)),
      ),
    [ordered, project, wanted, names],
  );
  const projects = [...new Set(names.values())].toSorted();
  return (
    <>
      <PageHead title="Inbox">
        <NoticesButton />
      </PageHead>
      {phase === 'failed' && error ? (
        <ErrorState error={error} retry={() => void inboxList.reload()} />
      ) : phase === 'loading' ? (
        slow && <Skeleton what="what waits for you" />
      ) : items.length === 0 ? (
        <EmptyState icon="inbox" title="Nothing waits for you.">
          Reviews that teammates ask for, contested models, edits that cannot be shared: whatever needs you appears
          here.
        </EmptyState>
      ) : (
        <>
          <div className="app-toolbar">
            <input
              className="bm-field grow"
              type="search"
              aria-label="Find in the inbox"
              placeholder="Find"
              value={search}
              onChange={event => setSearch(event.target.value)}
            />
            {(projects.length > 1 || project !== '') && (
              <select
                className="bm-field"
                style={{ width: 'auto', maxWidth: '100%' }}
                aria-label="Project"
                value={project}
                onChange={event => choose(event.target.value)}
              >
                <option value="">All projects</option>
                {[...new Set([...projects, ...(project === '' ? [] : [project])])].map(name => (
                  <option key={name}>{name}</option>
                ))}
              </select>
            )}
            <span className="count bm-muted" role="status">
              {found.length === items.length ? items.length : `${found.length} of ${items.length}`} waiting
            </span>
          </div>
          {found.length === 0 ? (
            <EmptyState icon="search" title="Nothing of that waits for you." />
          ) : (
            <ul className="app-list" aria-label="What waits for you">
              {found.slice(0, most).map(item => (
                <InboxRow key={item.itemId} item={item} />
              ))}
            </ul>
          )}
          {found.length > most && (
            <div className="app-actions" style={{ marginTop: 12 }}>
              <button className="bm-button" onClick={() => setMost(most + step)}>
                Show {Math.min(step, found.length - most)} more
              </button>
              <span className="bm-muted">The first {most} are shown.</span>
            </div>
          )}
        </>
      )}
    </>
  );
}

const choose = (project: string) =>
  navigate(project === '' ? '/inbox' : `/inbox?project=${encodeURIComponent(project)}`, { replace: true });

const textOf = ({ kind, sentence, next, who }: InboxItem): string => `${inboxNames[kind]} ${sentence} ${next} ${who}`;

/** What items call a project → what people call it: models go by what their names begin with. */
function useProjectNames(items: readonly InboxItem[]): ReadonlyMap<string, string> {
  const projects = useLive(projectList).items;
  return useMemo(() => {
    const known = new Map(
      projects.flatMap(({ projectId, name, model }) => [
        [projectId, name] as const,
        ...(model === null ? [] : [[model.split('.', 1)[0]!, name] as const]),
      ]),
    );
    return new Map(
      items.flatMap(({ project }) => (project === null ? [] : [[project, known.get(project) ?? project]])),
    );
  }, [items, projects]);
}
