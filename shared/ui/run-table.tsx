import {
  createSortedRowModel,
  rowSortingFeature,
  tableFeatures,
  useTable,
  type ColumnDef,
  type SortingState,
} from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useId, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent } from 'react';
import type { Run } from '@benchmate/shared/domain/run';
import { useAnchoredScroll } from './anchored-scroll.ts';
import { useFrozenOrder } from './frozen-order.ts';
import { nextCell, type GridCell } from './grid-keys.ts';
import { Icon } from './icon.tsx';
import { toBaseline, type RunContext } from './run-cell.tsx';
import { columnFormat, compareSortValues, sortValue, type RunColumn } from './run-columns.tsx';
import { cellClass, RunRow } from './run-row.tsx';
import { useLatest } from './use-latest.ts';

const rowPx = 28;
const selectPx = 36;
const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });

export interface RunSort {
  id: string;
  desc: boolean;
}

export interface RunTableProps {
  runs: readonly Run[];
  columns: readonly RunColumn[];
  contextOf: (run: Run) => RunContext;
  sort: RunSort;
  onSort: (sort: RunSort) => void;
  selected: ReadonlySet<string>;
  onSelect: (selected: ReadonlySet<string>) => void;
  hrefOf: (run: Run) => string;
  open: (run: Run) => void;
}

/**
 * Any number of runs as a grid; only the rows in view are in the page. One tab stop: arrows move, Space selects, Enter opens
 * (on a heading: sorts).
 */
export function RunTable(props: RunTableProps) {
  const { runs, columns, contextOf, sort, onSort, selected, onSelect, hrefOf, open } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const gridId = useId();
  const [active, setActive] = useState<GridCell>({ row: 0, column: 1 });
  const ordered = useFrozenOrder(runs, `${sort.id} ${sort.desc}`);
  const latest = useMemo(() => new Map(runs.map(run => [run.runId, run])), [runs]);
  const rows = useSortedRows(ordered, columns, contextOf, sort);
  const ids = useMemo(() => rows.map(({ id }) => id), [rows]);
  const anchored = useAnchoredScroll(scroller, ids, { rowPx, order: `${sort.id} ${sort.desc}` });
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    getItemKey: index => ids[index] ?? index,
    overscan: 10,
    scrollPaddingStart: rowPx,
  });
  const format = useMemo(() => formatter(ordered), [ordered]);
  const cellId = useCallback((row: number, column: number) => `${gridId}-${row}-${column}`, [gridId]);
  const toggle = useLatest((runId: string) => {
    const next = new Set(selected);
    if (!next.delete(runId)) next.add(runId);
    onSelect(next);
  });
  const onRowClick = useLatest((event: MouseEvent, row: number, run: Run) => {
    setActive({ row, column: 1 });
    if (!(event.target instanceof HTMLAnchorElement) || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    open(run);
  });

  const width = selectPx + columns.reduce((sum, { widthPx }) => sum + widthPx, 0);
  const cell: GridCell = {
    row: Math.min(active.row, rows.length - 1),
    column: Math.min(active.column, columns.length),
  };
  const sortBy = ({ id, numeric, kind }: RunColumn) =>
    onSort({ id, desc: sort.id === id ? !sort.desc : numeric || kind === 'started' });
  const onKeyDown = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 300) / rowPx) - 2);
    const next = nextCell(event, cell, { rows: rows.length, columns: columns.length + 1, page });
    const runId = ids[cell.row];
    if (next) {
      setActive(next);
      if (next.row >= 0) virtual.scrollToIndex(next.row);
      showColumn(scroller.current, columns, next.column);
    } else if (event.key === ' ') {
      if (runId !== undefined) toggle(runId);
    } else if (event.key === 'Enter') {
      const column = columns[cell.column - 1];
      const run = runId === undefined ? undefined : latest.get(runId);
      if (run) open(run);
      else if (cell.row < 0 && column) sortBy(column);
    } else return;
    event.preventDefault();
  };

  return (
    <div className="bm-grid-frame">
      {anchored.above > 0 && (
        <button className="bm-button primary bm-grid-new" onClick={() => scroller.current?.scrollTo({ top: 0 })}>
          <Icon name="arrow-up" /> {anchored.above} new {anchored.above === 1 ? 'run' : 'runs'}
        </button>
      )}
      <div
        className="bm-grid"
        ref={scroller}
        role="grid"
        tabIndex={0}
        aria-label="Runs"
        aria-multiselectable="true"
        aria-rowcount={rows.length + 1}
        aria-colcount={columns.length + 1}
        aria-activedescendant={cellId(cell.row, cell.column)}
        onKeyDown={onKeyDown}
        onScroll={anchored.onScroll}
      >
        <div role="rowgroup" className="bm-grid-head" style={{ width }}>
          <div role="row" className="bm-grid-row" aria-rowindex={1}>
            <div role="columnheader" className="bm-grid-cell select" id={cellId(-1, 0)}>
              <span className="bm-unseen">Selected</span>
            </div>
            {columns.map((column, index) => (
              <div
                key={column.id}
                role="columnheader"
                id={cellId(-1, index + 1)}
                className={cellClass(column, cell.row === -1 && cell.column === index + 1)}
                style={{ width: column.widthPx }}
                aria-sort={sort.id !== column.id ? 'none' : sort.desc ? 'descending' : 'ascending'}
                title={column.label}
                onClick={() => sortBy(column)}
              >
                <span className="bm-cut">{column.label}</span>
                {sort.id === column.id && <Icon name={sort.desc ? 'arrow-down' : 'arrow-up'} />}
              </div>
            ))}
          </div>
        </div>
        <div role="rowgroup" style={{ height: virtual.getTotalSize(), width, position: 'relative' }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const id = ids[index]!;
            const run = latest.get(id) ?? rows[index]!.original;
            return (
              <RunRow
                key={id}
                run={run}
                index={index}
                startPx={start}
                columns={columns}
                chosen={selected.has(id)}
                activeColumn={cell.row === index ? cell.column : -1}
                context={contextOf(run)}
                {...{ cellId, format, hrefOf, open, toggle, onClick: onRowClick }}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}

function useSortedRows(
  runs: readonly Run[],
  columns: readonly RunColumn[],
  contextOf: (run: Run) => RunContext,
  { id, desc }: RunSort,
) {
  const definitions = useMemo(() => columnDefinitions(columns, contextOf), [columns, contextOf]);
  const sorting = useMemo<SortingState>(() => [{ id, desc }], [id, desc]);
  const table = useTable({
    features,
    columns: definitions,
    data: runs,
    getRowId: run => run.runId,
    state: { sorting },
    enableSortingRemoval: false,
  });
  return table.getRowModel().rows;
}

function columnDefinitions(
  columns: readonly RunColumn[],
  contextOf: (run: Run) => RunContext,
): ColumnDef<typeof features, Run>[] {
  const differenceOf = (run: Run) => toBaseline(run, contextOf(run))?.difference ?? null;
  return columns.map(column => ({
    id: column.id,
    accessorFn: (run: Run) => sortValue(column, run, column.kind === 'difference' ? differenceOf(run) : null),
    sortUndefined: 'last' as const,
    sortFn: (a, b, id) => compareSortValues(a.getValue(id), b.getValue(id)),
  }));
}

/** Writes metrics, each column with decimals of its own. */
function formatter(runs: readonly Run[]): (key: string, value: number) => string {
  const formats = new Map<string, (value: number) => string>();
  return (key, value) => {
    if (!formats.has(key)) formats.set(key, columnFormat(runs, key));
    return formats.get(key)!(value);
  };
}

/** Brings a column into view, beside the columns that stay. */
function showColumn(scroller: HTMLElement | null, columns: readonly RunColumn[], column: number): void {
  if (!scroller) return;
  if (column < 2) return scroller.scrollTo({ left: 0 });
  const stays = selectPx + (columns[0]?.widthPx ?? 0);
  const left = selectPx + columns.slice(0, column - 1).reduce((sum, { widthPx }) => sum + widthPx, 0);
  const right = left + (columns[column - 1]?.widthPx ?? 0);
  if (left < scroller.scrollLeft + stays) scroller.scrollLeft = left - stays;
  else if (right > scroller.scrollLeft + scroller.clientWidth) scroller.scrollLeft = right - scroller.clientWidth;
}
