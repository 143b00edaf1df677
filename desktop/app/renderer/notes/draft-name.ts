import type { Draft } from '@benchmate/shared/domain/draft';

export function draftName({ target }: Draft): string {
  if (target.kind === 'note') return target.title;
  return target.kind === 'thread' ? `Comment on ${target.path}` : 'Answer in a thread';
}
