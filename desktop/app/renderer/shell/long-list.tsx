import { useDeferredValue, useMemo, useState, type ReactNode } from 'react';

const step = 200;
/** Fewer are seen at a glance. */
const worthFinding = 20;

/** A list that stays quick and readable with ten thousand rows: found by their words, shown in parts. */
export function LongList<T>({
  label,
  what,
  items,
  keyOf,
  textOf,
  children,
}: {
  /** Names the list for readers of screens. */
  label: string;
  /** What is counted: `rules`. */
  what: string;
  items: readonly T[];
  keyOf: (item: T) => string;
  textOf: (item: T) => string;
  children: (item: T) => ReactNode;
}) {
  const [search, setSearch] = useState('');
  const [most, setMost] = useState(step);
  const wanted = useDeferredValue(search.trim().toLowerCase());
  const found = useMemo(
    () => (wanted === '' ? items : items.filter(item => textOf(item).toLowerCase().includes(wanted))),
    [items, wanted],
  );
  return (
    <>
      {items.length > worthFinding && (
        <div className="app-toolbar">
          <input
            className="bm-field grow"
            type="search"
            aria-label={`Find in ${label}`}
            placeholder="Find"
            value={search}
            onChange={event => (setSearch(event.target.value), setMost(step))}
          />
          <span className="count bm-muted" role="status">
            {found.length === items.length ? items.length : `${found.length} of ${items.length}`} {what}
          </span>
        </div>
      )}
      {found.length === 0 && items.length > 0 ? (
        <p className="bm-muted">
          No {what} have “{search.trim()}” in them.
        </p>
      ) : (
        <ul className="app-list" aria-label={label}>
          {found.slice(0, most).map(item => (
            <li key={keyOf(item)}>{children(item)}</li>
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
  );
}
