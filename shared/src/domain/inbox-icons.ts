import type { InboxItem } from './inbox.ts';

/** The codicon of each kind. Apart from the schemas, which the editor's extension does not carry. */
export const inboxIcons: Record<InboxItem['kind'], string> = {
  'refused-device': 'error',
  fork: 'git-compare',
  contested: 'warning',
  quota: 'database',
  'refused-edit': 'circle-slash',
  'refused-fact': 'circle-slash',
  review: 'git-pull-request',
  approval: 'git-pull-request',
  promotion: 'rocket',
  changes: 'request-changes',
  mention: 'mention',
  orphan: 'comment-unresolved',
  webhook: 'broadcast',
  'not-shared': 'debug-disconnect',
  invite: 'mail',
};
