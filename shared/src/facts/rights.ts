import { role, type Role } from '../domain/team.ts';
import type { FactKind } from './entry.ts';
import { refusal, type Refusal } from './refusal.ts';

/** The least role that may state each fact about the registry; membership facts have rules of their own. */
const leastRole = {
  'model.created': 'contributor',
  'model.version-registered': 'contributor',
  'model.version-shared': 'contributor',
  'model.tagged': 'contributor',
  'model.described': 'contributor',
  'approval.given': 'reviewer',
  'alias.promoted': 'maintainer',
  'alias.removed': 'maintainer',
  'contested.resolved': 'maintainer',
  'policy.set': 'maintainer',
  'model.renamed': 'maintainer',
  'model.deleted': 'maintainer',
  'model.version-deleted': 'maintainer',
  'model.version-staged': 'maintainer',
} as const satisfies Partial<Record<FactKind, Role>>;

const verbs: Record<keyof typeof leastRole, string> = {
  'model.created': 'register models',
  'model.version-registered': 'register models',
  'model.version-shared': 'share the files of models',
  'model.tagged': 'tag models',
  'model.described': 'describe models',
  'approval.given': 'give a verdict',
  'alias.promoted': 'promote a version',
  'alias.removed': 'take an alias away',
  'contested.resolved': 'settle a contested alias',
  'policy.set': 'set how many approvals an alias needs',
  'model.renamed': 'rename a model',
  'model.deleted': 'delete a model',
  'model.version-deleted': 'delete a version',
  'model.version-staged': 'move a version to another stage',
};

export type RegistryFactKind = keyof typeof leastRole;

export const isRegistryFact = (kind: FactKind): kind is RegistryFactKind => Object.hasOwn(leastRole, kind);

/** Null when `held` may state facts of this kind. */
export function lacksRight(kind: RegistryFactKind, held: Role): Refusal | null {
  const needed = leastRole[kind];
  if (role.options.indexOf(held) >= role.options.indexOf(needed)) return null;
  return refusal(
    'FORBIDDEN',
    `As ${held} you may not ${verbs[kind]}: that takes a ${needed} or higher.`,
    `Ask a ${needed} of the team.`,
  );
}
