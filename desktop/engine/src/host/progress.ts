import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';

/** How a long task says how far it is, and learns that nobody wants it any more. */
export interface Progress {
  tell: (step: string, done: number, total: number) => void;
  signal: AbortSignal;
}

export function throwIfCancelled({ signal }: Progress): void {
  if (signal.aborted) throw new BenchmateError('CANCELLED', 'The task was cancelled.');
}
