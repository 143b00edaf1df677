import { createContext, useLayoutEffect, useState } from 'react';

/** Which page is shown: the words of the address after `#/`. */
interface Visit {
  path: string[];
  /** How many were shown before it. */
  before: number;
}

/** Follows the address. It is a fragment: nothing else may change in the address of a file. */
export function useVisit(): Visit {
  const [visit, setVisit] = useState<Visit>(() => ({ path: pathOf(location.hash), before: 0 }));
  useLayoutEffect(() => {
    const follow = () => setVisit(({ before }) => ({ path: pathOf(location.hash), before: before + 1 }));
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return visit;
}

/** `before` of the page that is shown. */
export const VisitsBefore = createContext(0);

const pathOf = (hash: string): string[] =>
  hash
    .replace(/^#\/?/, '')
    .split('/')
    .filter(Boolean)
    .map(word => {
      try {
        return decodeURIComponent(word);
      } catch {
        return word;
      }
    });
