import { projectOfDocument } from '@benchmate/shared/documents/document-id';
import { allows, type Held } from '@benchmate/shared/facts/rights';
import type { Permission } from '../rooms/connection.ts';

/** What a member may do with one of the team's documents. Null for whoever is no member. */
export function documentPermission(held: Held | null, documentId: string): Permission | null {
  const project = projectOfDocument(documentId);
  if (!held || !allows('documents.read', held, project)) return null;
  return allows('documents.write', held, project) ? 'write' : 'read';
}
