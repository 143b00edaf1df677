import type { Member } from '@benchmate/shared/domain/team';

export interface Person {
  /** Key of the first device. */
  person: string;
  /** The device that says who they are: one that is still theirs, if any. */
  member: Member;
  devices: Member[];
  /** Agents that work for them. */
  agents: Member[];
}

/** Members as people: each with their devices and agents, those of today first. Agents of nobody stand for themselves. */
export function peopleOf(members: readonly Member[]): Person[] {
  const people = new Map<string, Person>();
  for (const member of members) {
    if (member.agentOf !== null) continue;
    const known = people.get(member.person);
    if (!known) people.set(member.person, { person: member.person, member, devices: [member], agents: [] });
    else {
      known.devices.push(member);
      if (member.active || !known.member.active) known.member = member;
    }
  }
  for (const member of members) if (member.agentOf !== null) people.get(member.agentOf)?.agents.push(member);
  return [...people.values()].toSorted(
    (a, b) => Number(b.member.active) - Number(a.member.active) || (a.devices[0]!.since < b.devices[0]!.since ? -1 : 1),
  );
}
