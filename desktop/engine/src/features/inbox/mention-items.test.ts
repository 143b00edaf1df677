import { expect, test } from 'vitest';
import { mentionsIn } from '@benchmate/shared/domain/mention';
import type { Member } from '@benchmate/shared/domain/team';
import { handlesOf, mentionItems, type Mention } from './mention-items.ts';
import type { Viewer } from './viewer.ts';

const member = (device: string, name: string, more: Partial<Member> = {}) =>
  ({ device, name, person: device, agentOf: null, active: true, ...more }) as Member;
const team = (...members: Member[]): Viewer => ({ me: members[0]!, members, policies: {} });
const ada = member('d1', 'Ada Lovelace');
const viewer = team(ada, member('d2', 'Ben Ngo'), member('d3', 'Robot', { agentOf: 'd1' }));
const hit = (kind: 'note' | 'comment', device: string): Mention => ({
  kind,
  projectId: 'churn',
  itemId: `${kind}-${device}`,
  threadId: kind === 'note' ? null : 't',
  title: kind === 'note' ? 'Why v9' : 'params.yaml:4',
  author: { device, name: 'whatever the document says' },
  at: 5,
});
const items = (hits: Mention[], of = viewer) => mentionItems(hits, of, () => ({ path: 'params.yaml', line: 3 }));

test('I2: a person is mentioned by the whole name, and by the first one while nobody else has it', () => {
  expect(handlesOf(viewer)).toEqual(['ada-lovelace', 'ada']);
  expect(handlesOf(team(ada, member('d2', 'Ada Ngo')))).toEqual(['ada-lovelace']);
  expect(handlesOf(team(member('d9', 'Zoë'), ada))).toEqual(['zoe']);
});

test('I2: mentions in prose count; those in code, addresses and mail do not', () => {
  expect(mentionsIn('@Ada-Lovelace, see (@zoë)! @Ben.')).toEqual(['ada-lovelace', 'zoe', 'ben']);
  expect(mentionsIn('ada@ben.org `@ada` https://x.org/@ada\n```\n@ada\n```\n')).toEqual([]);
});

test('I2: who mentions is named as the team knows them, and one’s own comments call nobody', () => {
  expect(items([hit('comment', 'd2'), hit('comment', 'd1'), hit('comment', 'd3'), hit('note', 'd1')])).toMatchObject([
    {
      sentence: 'Ben Ngo mentions you in a comment on params.yaml:4.',
      place: { kind: 'thread', path: 'params.yaml', threadId: 't', line: 3 },
      dismissible: true,
    },
    { sentence: 'You are mentioned in the note “Why v9”.', place: { kind: 'note', noteId: 'note-d1' } },
  ]);
  expect(items([hit('note', 'd1')], team(ada))).toEqual([]);
});
