import { useMemo, useState } from 'react';
import type { Run } from '@benchmate/shared/domain/run';
import type { ArchiveData } from './archive-data.ts';

/** How many rows are shown at first, and by each press of the button. */
const many = 200;

/** By which metric the runs are sorted; by none they stand as they were written. */
interface Order {
  key: string | null;
  down: boolean;
}
export const unsorted: Order = { key: null, down: false };

export interface Sorting {
  order: Order;
  setOrder: (order: Order) => void;
}

/** Searches, sorts and cuts the list of runs. */
export function useRunsList({ runs, texts }: ArchiveData, { order, setOrder }: Sorting) {
  const [search, setSearch] = useState('');
  const [most, setMost] = useState(many);
  const found = useMemo(() => {
    const words = search.toLowerCase().split(/\s+/).filter(Boolean);
    return sorted(
      runs.filter((_, index) => words.every(word => texts[index]!.includes(word))),
      order,
    );
  }, [runs, texts, search, order]);
  return {
    search,
    searchFor: (text: string) => {
      setSearch(text);
      setMost(many);
    },
    found: found.length,
    shown: found.slice(0, most),
    showMore: () => setMost(most + many),
    /** The same metric again turns the order round. */
    sortBy: (key: string) => setOrder({ key, down: order.key === key && !order.down }),
  };
}

/** Runs without a number go last, whatever the direction. */
function sorted(runs: readonly Run[], { key, down }: Order): readonly Run[] {
  if (key === null) return runs;
  const of = ({ metrics }: Run): number => {
    const value = metrics[key]?.value;
    return typeof value === 'number' ? value : NaN;
  };
  return runs.toSorted((a, b) =>
    Number.isNaN(of(a)) ? 1 : Number.isNaN(of(b)) ? -1 : (of(a) - of(b)) * (down ? -1 : 1),
  );
}

/** The metrics that most runs have, at most four. */
export function commonMetrics(runs: readonly Run[]): string[] {
  const counts = new Map<string, number>();
  for (const { metrics } of runs) for (const key of Object.keys(metrics)) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, 4)
    .map(([key]) => key);
}
