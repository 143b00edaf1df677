import type { BenchEvent } from '../domain/bench-event.ts';
import type { Member } from '../domain/team.ts';
import { allows, heldBy, projectOf } from '../facts/rights.ts';
import { eventSentence } from '../diff/event-sentence.ts';

export interface Notice {
  sentence: string;
  /** Something is wrong until somebody acts. */
  isWarning: boolean;
  /** This person is asked or answered. Else it is news, for who asked to hear of everything. */
  isPersonal: boolean;
}

/** What this person may want to hear of at once; null for what they did themselves on any device. */
export function noticeOf(event: BenchEvent, me: Member, members: readonly Member[]): Notice | null {
  const isMine = (device: string) =>
    members.some(member => member.device === device && (member.person === me.person || member.agentOf === me.person));
  const mayJudge = (model: string) => allows('approval.given', heldBy(me, members), projectOf(model));
  const isAnswer = (from: string, to: readonly ({ device: string } | null)[]) =>
    !isMine(from) && to.some(waiting => waiting !== null && isMine(waiting.device));
  const asMeant = <T extends { person: string; name: string }>(people: readonly T[]): T[] => [
    ...people.flatMap(each => (each.person === me.person ? { ...each, name: 'you' } : [])),
    ...people.filter(({ person }) => person !== me.person),
  ];
  const personal = { sentence: eventSentence(event), isWarning: false, isPersonal: true };
  const news = { ...personal, isPersonal: false };
  switch (event.type) {
    case 'review.asked':
      return mayJudge(event.data.model) && !isMine(event.data.by.device) ? personal : null;
    case 'review.requested':
    case 'review.withdrawn':
      return me.agentOf === null &&
        event.data.asked.some(({ person }) => person === me.person) &&
        !isMine(event.data.by.device)
        ? {
            ...personal,
            sentence: eventSentence({ ...event, data: { ...event.data, asked: asMeant(event.data.asked) } }),
          }
        : null;
    case 'review.declined':
      return isAnswer(event.data.by.device, [event.data.askedBy]) ? personal : null;
    case 'review.verdict':
      return isAnswer(event.data.by.device, [event.data.registeredBy, event.data.askedBy]) ? personal : null;
    case 'alias.contested':
      return mayJudge(event.data.model) || event.data.claims.some(({ by }) => isMine(by.device))
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
