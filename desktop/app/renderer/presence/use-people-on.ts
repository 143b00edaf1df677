import { useMemo } from 'react';
import type { ChartPerson } from '@benchmate/shared/ui/chart-people';
import { useLive } from '../engine/live-list.ts';
import { presenceList } from '../engine/lists.ts';

/** Who else points at a metric's chart on a page. */
export function usePeopleOn(path: string, metric: string): readonly ChartPerson[] {
  const present = useLive(presenceList).items[0]?.present;
  const people = (present ?? []).flatMap(({ device, name, place }) =>
    place?.path === path && place.metric === metric && place.step !== null ? [{ device, name, step: place.step }] : [],
  );
  // The same list as long as it says the same: a chart is drawn again for another one.
  const key = JSON.stringify(people);
  return useMemo(() => JSON.parse(key) as ChartPerson[], [key]);
}
