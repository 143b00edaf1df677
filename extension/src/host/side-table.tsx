import type { ReactNode } from 'react';

interface SideTableProps {
  /** What the table shows, for the ear. */
  label: string;
  head: readonly string[];
  /** All columns but the first hold numbers. */
  numbers?: boolean;
  children: ReactNode;
}

/** A table of two sides that can be scrolled by keyboard where a panel is narrow. */
export const SideTable = ({ label, head, numbers = false, children }: SideTableProps) => (
  <div className="scroll" tabIndex={0} role="region" aria-label={label}>
    <table>
      <thead>
        <tr>
          {head.map((name, at) => (
            <th key={name} scope="col" className={numbers && at > 0 ? 'number' : undefined}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  </div>
);

/** A value of one side, or the words that it has none. */
export const MaybeSet = ({ value }: { value: string | null }) =>
  value === null ? <td className="none">not set</td> : <td>{value}</td>;
