import type { ReactNode } from 'react';
import type { MetricValue } from '@benchmate/shared/domain/metric';
import { number } from './words.ts';

interface Around {
  children?: ReactNode;
}

/** A link to another page of the viewer. */
export const PageLink = ({ path, children }: Around & { path: readonly string[] }) => (
  <a href={`#/${path.map(encodeURIComponent).join('/')}`}>{children}</a>
);

/** What scrolls sideways by itself, by keyboard, too. */
export const Region = ({ label, children }: Around & { label: string }) => (
  <div className="wide" tabIndex={0} role="region" aria-label={label}>
    {children}
  </div>
);

/** `heads` are cells, `children` are rows. */
export const Table = ({ heads, children }: Around & { heads: ReactNode }) => (
  <table>
    <thead>
      <tr>{heads}</tr>
    </thead>
    <tbody>{children}</tbody>
  </table>
);

export const Head = ({ children }: Around) => <th scope="col">{children}</th>;

/** Head of a column of `NumberCell`s. */
export const NumberHead = ({ sort, children }: Around & { sort?: 'none' | 'ascending' | 'descending' }) => (
  <th scope="col" className="number" aria-sort={sort}>
    {children}
  </th>
);

export const NumberCell = ({ value }: { value: MetricValue | undefined }) => (
  <td className="number">{value === undefined ? '' : number(value)}</td>
);

/** Text of any length, broken where it must be. */
export const LongCell = ({ children }: Around) => <td className="long">{children}</td>;

export const Facts = ({ children }: Around) => (
  <Region label="Facts">
    <table>
      <tbody>{children}</tbody>
    </table>
  </Region>
);

export const Fact = ({ name, children }: Around & { name: string }) => (
  <tr>
    <th scope="row">{name}</th>
    <LongCell>{children}</LongCell>
  </tr>
);

/** What people wrote, as they wrote it. */
export const Prose = ({ children }: { children: string }) => <div className="prose">{children}</div>;
