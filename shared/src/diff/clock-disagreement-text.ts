import type { ClockDisagreement } from '../domain/registry-then.ts';
import { formatDuration } from './quantity-format.ts';

/** One sentence about clocks that contradict each other, and what that means for the answer. */
export function clockDisagreementText(disagreement: ClockDisagreement): string {
  const { name, otherName, device, otherDevice, kind, entries, heldBack, largestMs } = disagreement;
  const one = entries === 1;
  const what = one ? 'an entry' : `${entries} entries`;
  const by = formatDuration(largestMs);
  if (kind === 'future')
    return `Clocks disagree: ${what} of ${name} ${one ? 'claims' : 'claim'} a time that has not come, up to ${by} ahead. What builds on ${one ? 'it' : 'them'} counts only from then on.`;
  const other = device === otherDevice ? 'an earlier one of the same device' : `what it builds on of ${otherName}`;
  const sentence = `Clocks disagree: ${what} of ${name} ${one ? 'claims' : 'claim'} to be up to ${by} older than ${other}.`;
  if (heldBack === 0) return sentence;
  const consequence =
    heldBack === 1
      ? 'By its own clock one of them would count at this moment; it counts later.'
      : `By their own clocks ${heldBack} of them would count at this moment; they count later.`;
  return `${sentence} ${consequence}`;
}
