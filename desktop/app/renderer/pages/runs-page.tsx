import { useCallback, useDeferredValue, useMemo, useState } from 'react';
import { pathTo } from '@benchmate/shared/domain/companion-path';
import type { Run } from '@benchmate/shared/domain/run';
import { ColumnChooser } from '@benchmate/shared/ui/column-chooser';
import { EmptyState, ErrorState, Skeleton } from '@benchmate/shared/ui/empty-state';
import { Icon } from '@benchmate/shared/ui/icon';
import { defaultColumnIds, runColumns } from '@benchmate/shared/ui/run-columns';
import { RunTable, type RunSort } from '@benchmate/shared/ui/run-table';
import { useLive } from '../engine/live-list.ts';
import { runList } from '../engine/lists.ts';
import { useSlow } from '../engine/use-load.ts';
import { isOnSyncServer } from '../shell/base.ts';
import { navigate } from '../shell/router.tsx';
import { PageHead } from './page-head.tsx';
import { useContexts } from './use-contexts.ts';

const columnsKey = 'benchmate.columns';
const runPath = (run: Run) => pathTo('runs', run.runId);

/** Every run. Search, project and order stand in the address; the choice of columns stays with the browser. */
export function RunsPage({ query }: { query: URLSearchParams }) {
  const { items, phase, error } = useLive(runList);
  const slow = useSlow(phase === 'loading');
  const { contextOf, hasBaseline, projects } = useContexts(items);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [search, setSearch] = useState(query.get('search') ?? '');
  const project = query.get('project') ?? '';
  const wanted = useDeferredValue(search.trim().toLowerCase());
  const [chosen, setChosen] = useState<string[] | null>(storedColumns);
  const sort = sortOf(query);

  const runs = useMemo(
    () =>
      items.filter(
        run =>
          (project === '' || run.projectId === project) && (wanted === '' || run.name.toLowerCase().includes(wanted)),
      ),
    [items, project, wanted],
  );
  const signature = useColumnSignature(items);
  const primary = projects.map(({ primaryMetric }) => primaryMetric ?? '').join('\n');
  const columns = useMemo(() => runColumns(items, new Set(primary.split('\n'))), [signature, primary]);
  const ids = useMemo(() => new Set(chosen ?? defaultColumnIds(columns, hasBaseline)), [chosen, columns, hasBaseline]);
  const shown = useMemo(() => columns.filter(({ id, kind }) => kind === 'name' || ids.has(id)), [columns, ids]);
  const open = useCallback((run: Run) => navigate(runPath(run)), []);
  const setQuery = (changes: Record<string, string>) => navigate(withQuery('/runs', query, changes), { replace: true });
  const choose = (next: string[] | null) => {
    setChosen(next);
    if (next) localStorage.setItem(columnsKey, JSON.stringify(next));
    else localStorage.removeItem(columnsKey);
  };
  const compare = () => navigate(`/compare?runs=${[...selected].join(',')}`);

  return (
    <>
      <PageHead title="Runs">
        <button
          className="bm-button primary"
          disabled={selected.size < 2}
          onClick={compare}
          title={selected.size < 2 ? 'Select two or more runs (Space)' : ''}
        >
          <Icon name="git-compare" /> Compare{selected.size > 1 ? ` ${selected.size}` : ''}
        </button>
      </PageHead>
      {items.length > 0 && (
        <div className="app-toolbar">
          <label className="grow">
            <span className="bm-unseen">Runs with this in their name</span>
            <input
              className="bm-field"
              type="search"
              placeholder="Part of a name"
              value={search}
              onChange={event => {
                setSearch(event.target.value);
                setQuery({ search: event.target.value });
              }}
            />
          </label>
          {projects.length > 0 && (
            <label>
              <span className="bm-unseen">Project</span>
              <select
                className="bm-field"
                value={project}
                onChange={event => setQuery({ project: event.target.value })}
              >
                <option value="">All projects</option>
                {projects.map(({ projectId, name }) => (
                  <option key={projectId} value={projectId}>
                    {name}
                  </option>
                ))}
              </select>
            </label>
          )}
          <ColumnChooser columns={columns} shown={ids} choose={choose} />
          {selected.size > 0 && (
            <button className="bm-button quiet" onClick={() => setSelected(new Set())}>
              Clear selection
            </button>
          )}
          <span className="count bm-muted" role="status">
            {countWords(runs.length, items.length, phase === 'filling')}
          </span>
        </div>
      )}
      {phase === 'failed' && error ? (
        <ErrorState error={error} retry={() => void runList.reload()} />
      ) : phase === 'loading' ? (
        slow && <Skeleton lines={10} what="runs" />
      ) : items.length === 0 ? (
        <NoRuns />
      ) : runs.length === 0 ? (
        <EmptyState
          icon="search"
          title="No run has this in its name."
          actions={
            <button className="bm-button" onClick={() => (setSearch(''), setQuery({ search: '', project: '' }))}>
              Show all {items.length}
            </button>
          }
        />
      ) : (
        <div className="app-fill">
          <RunTable
            runs={runs}
            columns={shown}
            contextOf={contextOf}
            sort={sort}
            onSort={({ id, desc }) => setQuery({ sort: `${desc ? '-' : ''}${id}` })}
            selected={selected}
            onSelect={setSelected}
            hrefOf={runPath}
            open={open}
          />
        </div>
      )}
    </>
  );
}

function NoRuns() {
  if (isOnSyncServer)
    return (
      <EmptyState icon="beaker" title="Nobody has shared a run yet.">
        Whoever has one shares it by “Share with the team” on its page; to ask for a review shares it, too.
      </EmptyState>
    );
  return (
    <EmptyState icon="beaker" title="Nothing has been logged here yet.">
      Run any script that uses mlflow in a terminal that has the engine’s address (
      <code className="bm-mono">benchmate env</code>), or start from a template with{' '}
      <code className="bm-mono">benchmate new</code>.
    </EmptyState>
  );
}

const countWords = (shown: number, all: number, filling: boolean): string =>
  `${shown === all ? '' : `${shown.toLocaleString('en')} of `}${all.toLocaleString('en')} ${all === 1 ? 'run' : 'runs'}${filling ? ', reading on' : ''}`;

/** Changes when a run brings a new key, not when a value moves. */
function useColumnSignature(runs: readonly Run[]): string {
  return useMemo(() => {
    const keys = new Set<string>();
    for (const run of runs) {
      for (const key in run.metrics) keys.add(`m${key}`);
      for (const key in run.params) keys.add(`p${key}`);
    }
    return [...keys].join('\n');
  }, [runs]);
}

function sortOf(query: URLSearchParams): RunSort {
  const asked = query.get('sort') ?? '-started';
  return asked.startsWith('-') ? { id: asked.slice(1), desc: true } : { id: asked, desc: false };
}

function withQuery(path: string, query: URLSearchParams, changes: Record<string, string>): string {
  const next = new URLSearchParams(query);
  for (const [key, value] of Object.entries(changes)) {
    if (value === '') next.delete(key);
    else next.set(key, value);
  }
  return next.size > 0 ? `${path}?${next}` : path;
}

function storedColumns(): string[] | null {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(columnsKey) ?? 'null');
    return Array.isArray(stored) ? stored.filter(id => typeof id === 'string') : null;
  } catch {
    return null;
  }
}
