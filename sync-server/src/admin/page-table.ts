import { createElement as h, type ReactNode } from 'react';

interface PageTable {
  id: string;
  title: string;
  head: readonly string[];
  rows: readonly (readonly ReactNode[])[];
  /** What to say when there are no rows. */
  none: string;
}

/** A section of the page. Each cell carries its column's name, for narrow screens, where a row becomes a card. */
export function pageTable({ id, title, head, rows, none }: PageTable): ReactNode {
  const cells = (row: readonly ReactNode[]) =>
    row.map((cell, at) => h('td', { key: head[at], 'data-label': head[at] }, cell));
  const columns = head.map(name => h('th', { key: name, scope: 'col' }, name));
  const content =
    rows.length === 0
      ? h('p', null, none)
      : h(
          'table',
          { 'aria-labelledby': id },
          h('thead', null, h('tr', null, columns)),
          h(
            'tbody',
            null,
            rows.map((row, at) => h('tr', { key: at }, cells(row))),
          ),
        );
  return h('section', { 'aria-labelledby': id }, h('h2', { id }, title), content);
}
