/** Where a page of a search begins. */
export interface PageStart {
  offset: number;
  /** Number of the newest row when the first page was made: what came later shifts no page. Null: it is the first. */
  upTo: number | null;
}

/** One page of a search. */
export interface Page<T> {
  items: T[];
  /** Null on the last one. */
  next: PageStart | null;
}

/** The page of `rows`, which were read with a limit of one more. */
export function pageOf<T>(rows: T[], { limit, offset }: { limit: number; offset: number }, upTo: number): Page<T> {
  if (rows.length <= limit) return { items: rows, next: null };
  return { items: rows.slice(0, limit), next: { offset: offset + limit, upTo } };
}
