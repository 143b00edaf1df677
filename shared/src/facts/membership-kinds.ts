import type { Fact } from './entry.ts';
import type { HeldEntry } from './entry-hash.ts';

const membershipKinds: ReadonlySet<string> = new Set([
  'team.founded',
  'team.renamed',
  'member.renamed',
  'invite.created',
  'member.added',
  'member.removed',
  'role.set',
  'device.invited',
  'invite.withdrawn',
  'person.removed',
  'recovery.set',
  'person.recovered',
] satisfies Fact['kind'][]);

export const isMembershipFact = ({ entry }: Pick<HeldEntry, 'entry'>): boolean => membershipKinds.has(entry.fact.kind);
