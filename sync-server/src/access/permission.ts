import type { Role } from '@benchmate/shared/domain/team';
import type { Permission } from '../rooms/connection.ts';

/** What a member may do with the team's documents; viewers read. Null for whoever is no member. */
export function documentPermission(role: Role | null): Permission | null {
  if (role === null) return null;
  return role === 'viewer' ? 'read' : 'write';
}
