const firstMs = 100;
/** What was written apart is to be seen by everybody two seconds after the server is back. */
export const longestMs = 1500;

/** How often what a server refused is tried again, where the server cannot say that it may be taken now. */
export const refusedRetryMs = 30_000;

/**
 * How long to wait before a further try: doubling up to 1.5 s, and somewhere in the upper half of that, so that the
 * clients of a restarted server do not come back in step. `dice` is in [0, 1).
 */
export function backoffMs(failures: number, dice: number): number {
  return Math.min(longestMs, firstMs * 2 ** failures) * (0.5 + dice / 2);
}
