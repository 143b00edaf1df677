import { useEffect, useId, useRef, useState } from 'react';
import { Icon } from './icon.tsx';
import type { RunColumn } from './run-columns.tsx';

/** Which columns are shown: a button with a list of checkboxes, found by typing. */
export function ColumnChooser({
  columns,
  shown,
  choose,
}: {
  columns: readonly RunColumn[];
  shown: ReadonlySet<string>;
  choose: (ids: string[] | null) => void;
}) {
  const [open, setOpen] = useState(false);
  const [filter, setFilter] = useState('');
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  useEffect(() => {
    if (!open) return;
    const away = (event: Event) => !box.current?.contains(event.target as Node) && setOpen(false);
    document.addEventListener('pointerdown', away);
    return () => document.removeEventListener('pointerdown', away);
  }, [open]);
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  const offered = columns.filter(
    ({ kind, label }) => kind !== 'name' && label.toLowerCase().includes(filter.toLowerCase()),
  );
  const toggle = (column: RunColumn) => {
    const next = new Set(shown);
    if (!next.delete(column.id)) next.add(column.id);
    choose(columns.filter(({ id }) => next.has(id)).map(({ id }) => id));
  };
  return (
    <div style={{ position: 'relative' }} ref={box} onKeyDown={event => event.key === 'Escape' && open && close()}>
      <button ref={button} className="bm-button" aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
        <Icon name="list-selection" /> Columns
      </button>
      {open && (
        <div className="bm-menu bm-columns" id={id} role="group" aria-label="Columns">
          <label className="bm-label">
            <span className="bm-unseen">Find a column</span>
            <input
              className="bm-field"
              autoFocus
              placeholder="Find a column"
              value={filter}
              onChange={event => setFilter(event.target.value)}
            />
          </label>
          <ul>
            {offered.slice(0, 200).map(column => (
              <li key={column.id}>
                <label>
                  <input type="checkbox" checked={shown.has(column.id)} onChange={() => toggle(column)} />
                  <span className="bm-cut" title={column.label}>
                    {column.label}
                  </span>
                  <span className="bm-muted">
                    {column.kind === 'metric' || column.kind === 'param' ? column.kind : ''}
                  </span>
                </label>
              </li>
            ))}
          </ul>
          {offered.length > 200 && <p className="bm-muted">{offered.length - 200} more: type to find them.</p>}
          <button className="bm-button" onClick={() => choose(null)}>
            Back to the usual columns
          </button>
        </div>
      )}
    </div>
  );
}
