import type { Random } from '../../host/clock.ts';

const seconds = 1000;
const minutes = 60 * seconds;
const hours = 60 * minutes;

/** Before the second attempt, the third, and so on: about 28 hours in all, then the webhook is switched off. */
export const pausesMs: readonly number[] = [
  5 * seconds,
  30 * seconds,
  2 * minutes,
  10 * minutes,
  30 * minutes,
  1 * hours,
  2 * hours,
  4 * hours,
  8 * hours,
  12 * hours,
];

/** While this machine is offline: it costs next to nothing to look again. */
export const offlinePauseMs = minutes;

/** While the store takes nothing: not what happened, and not how an attempt went. */
export const brokenStorePauseMs = minutes;

/** The longest that anything is put off: what seems to be later was planned before the clock was set back. */
export const longestPauseMs = 15 * hours;

/** So many events wait for one webhook at most. */
export const mostWaiting = 10_000;

/** A quarter more or less, so that not all come back at the same moment. */
export function jittered(pauseMs: number, random: Random): number {
  const [a = 0, b = 0] = random(2);
  return Math.round(pauseMs * (0.75 + (a * 256 + b) / 131_072));
}
