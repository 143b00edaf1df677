const firstMs = 100;
const longestMs = 2500;

/** How often what a server refused is tried again, where the server cannot say that it may be taken now. */
export const refusedRetryMs = 30_000;

/**
 * How long to wait before a further try: doubling up to 2.5 s, and somewhere in the upper half of that, so that the
 * clients of a restarted server do not come back in step. `dice` is in [0, 1).
 */
export function backoffMs(failures: number, dice: number): number {
  return Math.min(longestMs, firstMs * 2 ** failures) * (0.5 + dice / 2);
}
