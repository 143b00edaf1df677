import type { Finding } from '@benchmate/shared/domain/store-task';

/** How much one part of a check looked at, and what it found. */
export interface Checked {
  looked: number;
  findings: Finding[];
}

export const restoreHint = 'Restore a backup with `benchmate store restore`; keep the damaged folder until then.';
