import type { Member } from '@benchmate/shared/domain/team';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { allows, heldBy, projectOf } from '@benchmate/shared/facts/rights';

const leastOfKey = 8;

/** The person (key of their first device) that a name means, or the beginning of a key. */
export function personCalled(wanted: string, members: readonly Member[]): string {
  const people = members.filter(({ active, role }) => active && role !== 'agent');
  const named = people.filter(({ name }) => name.toLowerCase() === wanted.toLowerCase());
  const meant = named.length > 0 ? named : people.filter(({ person }) => isBeginning(wanted, person));
  const found = [...new Set(meant.map(({ person }) => person))];
  if (found.length === 1) return found[0]!;
  if (found.length > 1)
    throw new BenchmateError(
      'BAD_REQUEST',
      `More than one member of the team is called ${wanted}.`,
      `Name one by the beginning of their key: ${found.map(person => person.slice(0, leastOfKey)).join(', ')}.`,
    );
  const names = [...new Set(people.map(({ name }) => name))];
  throw new BenchmateError(
    'NOT_FOUND',
    `Nobody of the team is called ${wanted}.`,
    `The team has ${names.join(', ')}. An agent reviews nothing.`,
  );
}

/** Names of people; of somebody who never was a member the beginning of the key. */
export function namesOf(members: readonly Member[]): (person: string) => string {
  const names = new Map(members.map(({ person, name }) => [person, name]));
  return person => names.get(person) ?? person.slice(0, leastOfKey);
}

/** Whether any device of a person may give a verdict on the model. */
export const mayJudge = (person: string, model: string, members: readonly Member[]): boolean =>
  members.some(
    member =>
      member.active && member.person === person && allows('approval.given', heldBy(member, members), projectOf(model)),
  );

/** The person that stands for what a device says: of an agent its member. */
export function answerable(device: string, members: readonly Member[]): string {
  const member = members.find(known => known.device === device);
  return member?.agentOf ?? member?.person ?? device;
}

const isBeginning = (text: string, key: string) => text.length >= leastOfKey && key.startsWith(text);
