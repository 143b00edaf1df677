import type { Job } from '@benchmate/shared/domain/job';
import type { Run } from '@benchmate/shared/domain/run';
import type { Tone } from '@benchmate/shared/diff/text-line';
import { formatDuration, formatRelativeTime } from '@benchmate/shared/diff/quantity-format';

/** State as a word with a sign; colour only repeats it. */
export const runStates: Record<Run['status'], [text: string, tone: Tone]> = {
  SCHEDULED: ['○ scheduled', 'muted'],
  RUNNING: ['▶ running', 'warning'],
  FINISHED: ['✓ finished', 'good'],
  FAILED: ['✗ failed', 'bad'],
  KILLED: ['■ killed', 'bad'],
};

export const jobStates: Record<Job['state'], [text: string, tone: Tone]> = {
  queued: ['○ queued', 'muted'],
  running: ['▶ running', 'warning'],
  succeeded: ['✓ succeeded', 'good'],
  failed: ['✗ failed', 'bad'],
  cancelled: ['■ cancelled', 'muted'],
  lost: ['? lost', 'bad'],
};

export const shortId = (id: string): string => id.slice(0, 8);

/** `3 h ago`; takes milliseconds or an ISO time. */
export function ago(at: number | string): string {
  return formatRelativeTime(typeof at === 'number' ? at : Date.parse(at), Date.now());
}

/** How long something took, or has been taking until now. */
export function lasted(start: number, end: number | null): string {
  return formatDuration((end ?? Date.now()) - start);
}
