import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';

interface Naming<T> {
  /** As people call it: `note`. */
  what: string;
  id: (item: T) => string;
  name?: (item: T) => string;
}

/** The one item with this id, this name, or an id that begins so. NOT_FOUND, or BAD_REQUEST when more than one fits. */
export function pickById<T>(items: readonly T[], wanted: string, { what, id, name }: Naming<T>): T {
  const exact = items.filter(item => id(item) === wanted || name?.(item) === wanted);
  const found = exact.length > 0 ? exact : items.filter(item => wanted.length >= 4 && id(item).startsWith(wanted));
  if (found.length === 1) return found[0]!;
  if (found.length > 1)
    throw new BenchmateError('BAD_REQUEST', `More than one ${what} fits '${wanted}'.`, 'Give more of its id.');
  throw new BenchmateError('NOT_FOUND', `There is no ${what} '${wanted}'.`, 'List them to see their ids.');
}
