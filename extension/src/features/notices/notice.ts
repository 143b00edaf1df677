import type { BenchEvent } from '@benchmate/shared/domain/bench-event';
import { eventSentence } from '@benchmate/shared/diff/event-sentence';
import type { Member } from '@benchmate/shared/domain/team';

export interface Notice {
  sentence: string;
  /** Something is wrong until somebody acts. */
  isWarning: boolean;
}

const reviewing: ReadonlySet<Member['role']> = new Set(['reviewer', 'maintainer', 'owner']);

/** What this person should hear of at once; null for all else, and for what they did themselves on any device. */
export function noticeOf(event: BenchEvent, me: Member, members: readonly Member[]): Notice | null {
  const isMine = (device: string) =>
    members.some(member => member.device === device && (member.person === me.person || member.agentOf === me.person));
  const notice = { sentence: eventSentence(event), isWarning: false };
  switch (event.type) {
    case 'review.asked':
      return reviewing.has(me.role) && !isMine(event.data.by.device) ? notice : null;
    case 'review.verdict':
      return isMine(event.data.registeredBy.device) && !isMine(event.data.by.device) ? notice : null;
    case 'alias.contested':
      return reviewing.has(me.role) || event.data.claims.some(({ by }) => isMine(by.device))
        ? { ...notice, isWarning: true }
        : null;
    default:
      return null;
  }
}
