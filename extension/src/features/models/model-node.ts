import type { VersionRef } from './review-cache.ts';

/** A row of the Models view. Commands are called with it. */
export type ModelNode =
  | { kind: 'model'; model: string }
  | { kind: 'alias'; model: string; alias: string }
  | (VersionRef & { kind: 'version' })
  | { kind: 'more'; model: string | null }
  | (VersionRef & { kind: 'need'; alias: string })
  | (VersionRef & { kind: 'request'; person: string })
  | (VersionRef & { kind: 'verdict'; device: string })
  | (VersionRef & { kind: 'remark'; device: string; at: string })
  | (VersionRef & { kind: 'parts' })
  | (VersionRef & { kind: 'part'; part: string })
  | (VersionRef & { kind: 'threads' })
  | (VersionRef & { kind: 'thread'; threadId: string })
  | (VersionRef & { kind: 'problem'; sentence: string });

/** The row that a row stands below; null at the top. */
export function parentOf(node: ModelNode): ModelNode | null {
  switch (node.kind) {
    case 'model':
      return null;
    case 'version':
    case 'alias':
      return { kind: 'model', model: node.model };
    case 'more':
      return node.model === null ? null : { kind: 'model', model: node.model };
    case 'part':
      return { kind: 'parts', model: node.model, version: node.version };
    case 'thread':
      return { kind: 'threads', model: node.model, version: node.version };
    default:
      return { kind: 'version', model: node.model, version: node.version };
  }
}
