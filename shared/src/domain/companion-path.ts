import type { InboxPlace } from './inbox.ts';
import type { TextHit } from './text-hit.ts';

/** An address of the companion, segment by segment. Names may hold slashes, dots, percent signs. */
export const pathTo = (...segments: string[]): string => `/${segments.map(encodeURIComponent).join('/')}`;

/** A page's address never ends in a dotted name: the engine would take it for a file. */
export const modelPath = (model: string, version?: number): string =>
  pathTo('models', model, version === undefined ? 'latest' : `v${version}`);

/** The page with the reviews of a file. Its own name is no part of the address's path, which never ends in a dotted name. */
export const filePath = ({ projectId, path }: { projectId: string; path: string }): string =>
  `${pathTo('files', projectId)}?path=${encodeURIComponent(path)}`;

/** The page on which an item of the inbox is dealt with. */
export function inboxPath(place: InboxPlace): string {
  switch (place.kind) {
    case 'model':
      return modelPath(place.model, place.version ?? undefined);
    case 'thread':
      return pathTo('threads', place.projectId, place.threadId);
    case 'file':
      return filePath(place);
    case 'note':
      return pathTo('notes', place.noteId);
    case 'webhook':
      return pathTo('webhooks', place.webhookId);
    case 'team':
      return pathTo('team');
  }
}

/** The page with a note or comment that search found. */
export const hitPath = ({
  kind,
  projectId,
  itemId,
  threadId,
}: Pick<TextHit, 'kind' | 'projectId' | 'itemId' | 'threadId'>): string =>
  kind === 'note' ? pathTo('notes', itemId) : pathTo('threads', projectId, threadId ?? itemId);
