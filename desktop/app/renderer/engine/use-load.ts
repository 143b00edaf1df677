import { useCallback, useEffect, useState } from 'react';
import type { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { noticed } from './connection.tsx';

const patienceMs = 300;

export interface Loaded<T> {
  data: T | undefined;
  error: BenchmateError | null;
  /** True after 300 ms without an answer: time for a skeleton. */
  slow: boolean;
  reload: () => void;
}

/** The answer to a query, asked again whenever `key` changes; what was shown stays until the new answer is there. */
export function useLoad<T>(key: string, ask: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const [state, setState] = useState<{ key: string; data?: T; error: BenchmateError | null }>({ key, error: null });
  const [slow, setSlow] = useState(false);
  const [round, setRound] = useState(0);
  useEffect(() => {
    const control = new AbortController();
    const timer = setTimeout(() => setSlow(true), patienceMs);
    ask(control.signal)
      .then(
        data => !control.signal.aborted && setState({ key, data, error: null }),
        (error: unknown) => !control.signal.aborted && setState({ key, error: noticed(error) }),
      )
      .finally(() => {
        clearTimeout(timer);
        if (!control.signal.aborted) setSlow(false);
      });
    return () => {
      clearTimeout(timer);
      control.abort();
    };
    // `ask` is a new function at each render; `key` says when its answer would differ.
  }, [key, round]);
  const reload = useCallback(() => setRound(count => count + 1), []);
  const current = state.key === key;
  return { data: current ? state.data : undefined, error: current ? state.error : null, slow, reload };
}

/** True once a wait has lasted 300 ms. */
export function useSlow(waiting: boolean): boolean {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    if (!waiting) return setSlow(false);
    const timer = setTimeout(() => setSlow(true), patienceMs);
    return () => clearTimeout(timer);
  }, [waiting]);
  return slow;
}
