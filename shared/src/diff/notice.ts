import type { BenchEvent } from '../domain/bench-event.ts';
import type { Member } from '../domain/team.ts';
import { eventSentence } from './event-sentence.ts';

export interface Notice {
  sentence: string;
  /** Something is wrong until somebody acts. */
  isWarning: boolean;
  /** This person is asked or answered. Else it is news, for who asked to hear of everything. */
  isPersonal: boolean;
}

const reviewing: ReadonlySet<Member['role']> = new Set(['reviewer', 'maintainer', 'owner']);

/** What this person may want to hear of at once; null for what they did themselves on any device. */
export function noticeOf(event: BenchEvent, me: Member, members: readonly Member[]): Notice | null {
  const isMine = (device: string) =>
    members.some(member => member.device === device && (member.person === me.person || member.agentOf === me.person));
  const personal = { sentence: eventSentence(event), isWarning: false, isPersonal: true };
  const news = { ...personal, isPersonal: false };
  switch (event.type) {
    case 'review.asked':
      return reviewing.has(me.role) && !isMine(event.data.by.device) ? personal : null;
    case 'review.verdict':
      return isMine(event.data.registeredBy.device) && !isMine(event.data.by.device) ? personal : null;
    case 'alias.contested':
      return reviewing.has(me.role) || event.data.claims.some(({ by }) => isMine(by.device))
        ? { ...personal, isWarning: true }
        : null;
    case 'alias.set':
    case 'alias.resolved':
      return isMine(event.data.by.device) ? null : news;
    case 'run.failed':
      return { ...news, isWarning: true };
    case 'run.finished':
      return news;
    default:
      return null; // of a job that fails its run tells
  }
}
