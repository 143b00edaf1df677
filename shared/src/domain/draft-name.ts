import type { Draft } from './draft.ts';

/** What a draft is called where drafts are listed. */
export function draftName({ target }: Pick<Draft, 'target'>): string {
  if (target.kind === 'note') return target.title;
  return target.kind === 'thread' ? `Comment on ${target.path}` : 'Answer in a thread';
}
