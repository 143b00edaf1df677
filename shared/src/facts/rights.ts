import type { Member, Role } from '../domain/team.ts';
import type { FactKind } from './entry.ts';
import { refusal, type Refusal } from './refusal.ts';

const everybody: readonly Role[] = ['agent', 'viewer', 'contributor', 'reviewer', 'maintainer', 'owner'];
const people = everybody.slice(1);
const authors: readonly Role[] = ['agent', 'contributor', 'reviewer', 'maintainer', 'owner'];
const contributors = authors.slice(1);
const reviewers = contributors.slice(1);
const maintainers = reviewers.slice(1);
const owners: readonly Role[] = ['owner'];

/**
 * Who may do what: the one table that the reducers of every replica, the sync server, the engine and the pages read. A name
 * that is a kind of fact speaks about that fact. An agent may do what its row says and its member may do, too.
 */
export const rights = {
  'documents.read': { roles: everybody, deed: 'read notes and threads' },
  'documents.write': { roles: authors, deed: 'write notes and comments' },
  'files.read': { roles: everybody, deed: 'read the files of models' },
  'files.write': { roles: authors, deed: 'upload the files of models' },
  'member.renamed': { roles: everybody, deed: 'choose your own name' },
  'model.created': { roles: authors, deed: 'create models' },
  'model.version-registered': { roles: authors, deed: 'register models' },
  'model.version-shared': { roles: authors, deed: 'share the files of models' },
  'model.tagged': { roles: authors, deed: 'tag models' },
  'model.described': { roles: authors, deed: 'describe models' },
  'approval.given': { roles: reviewers, deed: 'give a verdict' },
  'review.requested': { roles: authors, deed: 'ask for a review' },
  'review.withdrawn': { roles: authors, deed: 'take a request for a review back' },
  'review.commented': { roles: reviewers, deed: 'review without a vote' },
  'file-review.requested': { roles: authors, deed: 'ask for a review of a file' },
  'file-review.withdrawn': { roles: authors, deed: 'take a request for a review of a file back' },
  'file-review.given': { roles: reviewers, deed: 'review a file' },
  'reviewers.set': { roles: maintainers, deed: 'set whose approval is required' },
  'alias.promoted': { roles: maintainers, deed: 'promote a version' },
  'alias.removed': { roles: maintainers, deed: 'take an alias away' },
  'contested.resolved': { roles: maintainers, deed: 'settle a contested alias' },
  'policy.set': { roles: maintainers, deed: 'set how many approvals an alias needs' },
  'model.renamed': { roles: maintainers, deed: 'rename a model' },
  'model.deleted': { roles: maintainers, deed: 'delete a model' },
  'model.version-deleted': { roles: maintainers, deed: 'delete a version' },
  'model.version-staged': { roles: maintainers, deed: 'move a version to another stage' },
  'encryption.begun': { roles: maintainers, deed: 'have notes and comments encrypted' },
  'encryption.rekeyed': { roles: contributors, deed: 'make a new key for notes and comments' },
  'encryption.shared': { roles: everybody, deed: 'give the key for notes and comments to a member' },
  'device.added': { roles: people, deed: 'add a device of your own' },
  'agent.added': { roles: contributors, deed: 'add an agent' },
  'own.removed': { roles: everybody, deed: 'leave, or remove a device or an agent of your own' },
  'team.renamed': { roles: owners, deed: 'rename the team' },
  'invite.created': { roles: owners, deed: 'invite people' },
  'member.removed': { roles: owners, deed: 'remove a device of somebody else' },
  'person.removed': { roles: owners, deed: 'remove somebody else' },
  'role.set': { roles: owners, deed: 'change what somebody may do' },
  'invite.withdrawn': { roles: owners, deed: 'withdraw an invite of somebody else' },
  'recovery.set': { roles: owners, deed: 'make a recovery key' },
} as const satisfies Record<string, { roles: readonly Role[]; deed: string }>;

export type Action = keyof typeof rights;

/** What an author is: the role in the team, others in single projects, and for an agent who answers for it. */
export interface Held {
  role: Role;
  projects: Readonly<Record<string, Role>>;
  sponsor: Omit<Held, 'sponsor'> | null;
}

/** What each role may do, in a few words, for whoever chooses one. */
export const roleSentence: Record<Role, string> = {
  agent: 'works for a member: writes notes, registers and tags models; never approves, promotes or invites',
  viewer: 'reads',
  contributor: 'also writes notes, registers and describes models, adds agents',
  reviewer: 'also approves, or asks for changes',
  maintainer: 'also promotes, settles what is contested, sets policies, deletes',
  owner: 'also invites, removes, and changes roles',
};

const registryFacts = {
  'model.created': true,
  'model.version-registered': true,
  'model.version-shared': true,
  'model.tagged': true,
  'model.described': true,
  'approval.given': true,
  'review.requested': true,
  'review.withdrawn': true,
  'review.commented': true,
  'file-review.requested': true,
  'file-review.withdrawn': true,
  'file-review.given': true,
  'reviewers.set': true,
  'alias.promoted': true,
  'alias.removed': true,
  'contested.resolved': true,
  'policy.set': true,
  'model.renamed': true,
  'model.deleted': true,
  'model.version-deleted': true,
  'model.version-staged': true,
  'encryption.begun': true,
  'encryption.rekeyed': true,
  'encryption.shared': true,
} as const satisfies Partial<Record<FactKind & Action, true>>;
export type RegistryFactKind = keyof typeof registryFacts;

export const isRegistryFact = (kind: FactKind): kind is RegistryFactKind => Object.hasOwn(registryFacts, kind);

/** The project of a model: its name up to the first dot. */
export const projectOf = (model: string): string => model.split('.', 1)[0]!;

/** `project`: where it is to be done; null for what concerns the whole team. */
export function allows(action: Action, held: Held, project: string | null = null): boolean {
  const role = roleFor(held, project);
  if (!(rights[action].roles as readonly Role[]).includes(role)) return false;
  if (role !== 'agent') return true;
  // Agents that the team itself invited have nobody who answers for what they state.
  if (!held.sponsor) return !Object.hasOwn(registryFacts, action);
  return allows(action, { ...held.sponsor, sponsor: null }, project);
}

/** Null when the holder may do it. */
export function lacksRight(action: Action, held: Held, project: string | null = null): Refusal | null {
  if (allows(action, held, project)) return null;
  const { roles, deed } = rights[action];
  const role = roleFor(held, project);
  const needed = roles.find(other => other !== 'agent') ?? 'owner';
  const higher = needed === 'owner' ? '' : ' or higher';
  if (role === 'agent' && (roles as readonly Role[]).includes('agent'))
    return held.sponsor
      ? refusal('FORBIDDEN', `The agent may not ${deed}: the member it works for may not.`, `Ask ${an(needed)}.`)
      : refusal('FORBIDDEN', `The agent may not ${deed}: it works for no member.`, 'Let a member add it.');
  return refusal(
    'FORBIDDEN',
    `As ${role} you may not ${deed}: that takes ${an(needed)}${higher}.`,
    `Ask ${an(needed)} of the team.`,
  );
}

/** What a member is now, by what the team's state says. */
export function heldBy({ role, projects, agentOf }: Member, members: readonly Member[]): Held {
  if (agentOf === null) return { role, projects, sponsor: null };
  const sponsor = members.find(({ person, active }) => active && person === agentOf);
  return { role, projects, sponsor: sponsor ? { role: sponsor.role, projects: sponsor.projects } : null };
}

const roleFor = ({ role, projects }: Held, project: string | null): Role =>
  (project === null ? undefined : projects[project]) ?? role;

const an = (role: Role): string => `${role === 'owner' ? 'an' : 'a'} ${role}`;
