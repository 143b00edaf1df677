import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Context } from '../context.ts';

export function throwIfInterrupted({ signal }: Context): void {
  if (signal.aborted) throw new BenchmateError('CANCELLED', 'The audit was interrupted.');
}
