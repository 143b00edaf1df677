import { memo, type MouseEvent } from 'react';
import type { Run } from '@benchmate/shared/domain/run';
import { Icon } from './icon.tsx';
import { RunCell, type RunContext } from './run-cell.tsx';
import type { RunColumn } from './run-columns.tsx';

export interface RunRowProps {
  run: Run;
  /** From 0, without the heading. */
  index: number;
  startPx: number;
  columns: readonly RunColumn[];
  chosen: boolean;
  /** The column of the cell where the keyboard is; 0 is the selection, −1 none of this row. */
  activeColumn: number;
  context: RunContext;
  cellId: (row: number, column: number) => string;
  format: (key: string, value: number) => string;
  hrefOf: (run: Run) => string;
  open: (run: Run) => void;
  toggle: (runId: string) => void;
  onClick: (event: MouseEvent, row: number, run: Run) => void;
}

/** One row of the runs table; drawn again only when something of its own changed. */
export const RunRow = memo(function RunRow(props: RunRowProps) {
  const { run, index, columns, chosen, activeColumn, context, cellId, format, hrefOf } = props;
  return (
    <div
      role="row"
      className={`bm-grid-row body${chosen ? ' chosen' : ''}`}
      aria-rowindex={index + 2}
      aria-selected={chosen}
      style={{ transform: `translateY(${props.startPx}px)` }}
      onClick={event => props.onClick(event, index, run)}
      onDoubleClick={() => props.open(run)}
    >
      <div
        role="gridcell"
        id={cellId(index, 0)}
        className={`bm-grid-cell select${activeColumn === 0 ? ' active' : ''}`}
        onClick={() => props.toggle(run.runId)}
      >
        <Icon name={chosen ? 'check' : 'blank'} />
        <span className="bm-unseen">{chosen ? 'selected' : 'not selected'}</span>
      </div>
      {columns.map((column, place) => (
        <div
          key={column.id}
          role="gridcell"
          id={cellId(index, place + 1)}
          className={cellClass(column, activeColumn === place + 1)}
          style={{ width: column.widthPx }}
        >
          <RunCell column={column} run={run} context={context} format={format} hrefOf={hrefOf} />
        </div>
      ))}
    </div>
  );
});

export const cellClass = (column: RunColumn, active: boolean): string =>
  `bm-grid-cell ${column.kind}${column.numeric ? ' number' : ''}${active ? ' active' : ''}`;
