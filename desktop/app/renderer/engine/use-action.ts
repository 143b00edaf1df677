import { useState } from 'react';
import type { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { noticed } from './connection.tsx';

/** Runs one change at a time and keeps its failure until the next attempt. */
export function useAction(): {
  busy: boolean;
  error: BenchmateError | null;
  run: <T>(work: () => Promise<T>, done?: (result: T) => void) => void;
} {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<BenchmateError | null>(null);
  const run = <T>(work: () => Promise<T>, done?: (result: T) => void) => {
    if (busy) return;
    setBusy(true);
    setError(null);
    work()
      .then(done, (failure: unknown) => setError(noticed(failure)))
      .finally(() => setBusy(false));
  };
  return { busy, error, run };
}
