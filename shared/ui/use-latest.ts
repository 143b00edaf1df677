import { useCallback, useLayoutEffect, useRef } from 'react';

/** A function that stays the same while what it does is always the latest: parts that get it need not be drawn again. */
export function useLatest<A extends unknown[], R>(work: (...args: A) => R): (...args: A) => R {
  const latest = useRef(work);
  useLayoutEffect(() => void (latest.current = work));
  return useCallback((...args: A) => latest.current(...args), []);
}
