import { useRef } from 'react';
import type { Run } from '@benchmate/shared/domain/run';

/**
 * The runs that decide the order of rows: the same as before while only metrics moved. A live run changes its place when
 * its state changes, when runs come or go, or when the person asks for another order, and at no other time.
 */
export function useFrozenOrder(runs: readonly Run[], askedFor: string): readonly Run[] {
  const held = useRef({ runs, askedFor });
  if (held.current.runs !== runs && (held.current.askedFor !== askedFor || !sameRows(held.current.runs, runs)))
    held.current = { runs, askedFor };
  return held.current.runs;
}

export function sameRows(before: readonly Run[], after: readonly Run[]): boolean {
  if (before.length !== after.length) return false;
  return before.every((run, index) => {
    const other = after[index]!;
    return run === other || (run.runId === other.runId && run.status === other.status && run.name === other.name);
  });
}
