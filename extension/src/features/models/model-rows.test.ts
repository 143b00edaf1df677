import { expect, test } from 'vitest';
import type { ReviewTarget } from '@benchmate/shared/domain/model-review';
import type { Approval, ModelVersion, RegisteredModel, ReviewRequest } from '@benchmate/shared/domain/registry';
import type { Member } from '@benchmate/shared/domain/team';
import { aliasThenWords, moment } from './as-of-rows.ts';
import { lineOfPart } from './card-part.ts';
import {
  contestedWords,
  modelWords,
  needWords,
  partsWords,
  partWords,
  requestWords,
  verdictWords,
  versionWords,
} from './model-rows.ts';

const at = '2026-03-14T09:00:00.000Z';
const member = (device: string, person: string, name: string): Member =>
  ({ device, person, name, agentOf: null }) as Member;
const members = [member('d1', 'ada', 'Ada'), member('d2', 'ada', 'Ada'), member('d3', 'ben', 'Ben')];
const around = { members, policies: { champion: 2 }, me: 'ben' };
const approval = (device: string, name: string, verdict: Approval['verdict'] = 'approve'): Approval => ({
  device,
  name,
  verdict,
  comment: '',
  at,
});
const request = (person: string, name: string, state: ReviewRequest['state'] = 'open'): ReviewRequest => ({
  person,
  name,
  by: { device: 'd1', name: 'Ada' },
  comment: 'The slices,\nplease',
  at,
  state,
});
const version = (number: number, change: Partial<ModelVersion> = {}): ModelVersion =>
  ({ versionId: `v${number}`, version: number, approvals: [], requests: [], remarks: [], ...change }) as ModelVersion;
const claim = (versionId: string, name: string) => ({ versionId, name, device: name, at, entry: '' });
const contested = {
  alias: 'champion',
  holder: 'v6',
  contested: true,
  claims: [claim('v7', 'Ada'), claim('v9', 'Lin')],
};
const model = (change: Partial<RegisteredModel> = {}): RegisteredModel =>
  ({ name: 'churn', versions: [version(6), version(7), version(9)], aliases: [], ...change }) as RegisteredModel;

test('a model says what its aliases point to, and which are contested', () => {
  expect(modelWords(model()).description).toBe('3 versions');
  expect(modelWords(model({ versions: [version(1)] })).spoken).toBe('Model churn, 1 version');
  const held = { alias: 'challenger', holder: 'v9', contested: false, claims: [] };
  const words = modelWords(model({ aliases: [contested, held] }));
  expect(words).toMatchObject({ description: 'champion contested · challenger v9', icon: 'warning' });
  expect(contestedWords(model(), contested)).toBe('champion is contested: v7 by Ada and v9 by Lin; v6 serves');
  expect(contestedWords(model(), { ...contested, holder: null })).toMatch(/; nothing serves$/);
});

test('a version says its aliases, approvals by people and who is asked, and its icon what is most pressing', () => {
  const words = (change: Partial<ModelVersion>, of: Partial<RegisteredModel> = {}) =>
    versionWords(model(of), version(9, change), around);
  expect(words({})).toMatchObject({ description: '0 of 2 approved', icon: 'circle-outline' });
  // Two devices of one person are one approval.
  const twice = words({
    approvals: [approval('d1', 'Ada'), approval('d2', 'Ada')],
    requests: [request('kim', 'Kim'), request('ben', 'Ben')],
  });
  expect(twice).toEqual({
    description: '1 of 2 approved · asked of you, Kim',
    icon: 'git-pull-request',
    color: 'charts.blue',
    spoken: 'churn version 9, 1 of 2 approved, asked of you, Kim',
  });
  expect(words({ approvals: [approval('d1', 'Ada'), approval('d3', 'Ben')] })).toMatchObject({ icon: 'pass' });
  expect(words({ approvals: [approval('d1', 'Ada', 'request-changes')] })).toMatchObject({
    description: '0 of 2 approved · changes requested by Ada',
    icon: 'request-changes',
  });
  expect(words({}, { aliases: [contested] })).toMatchObject({
    icon: 'warning',
    description: expect.stringMatching(/^champion contested · 0 of 2/),
  });
  const serving = versionWords(model({ aliases: [contested] }), version(6), { ...around, policies: {} });
  expect(serving.description).toBe('champion meanwhile');
  expect(words({ requests: [request('ben', 'Ben', 'withdrawn')] }).description).toBe('0 of 2 approved');
});

test('what was said and asked stands in one line, with who', () => {
  expect(verdictWords({ ...approval('d1', 'Ada'), comment: 'Good.\n\nVery.' })).toMatchObject({
    description: 'approved · Good. Very.',
    spoken: 'Ada approved: Good. Very.',
  });
  expect(verdictWords({ ...approval('d1', 'Ada'), comment: 'no\u202Ework' }).description).toBe(
    'approved · no⟦U+202E⟧work',
  );
  expect(requestWords(request('ben', 'Ben'), 'ben').spoken).toBe(
    'A review is asked of you, asked by Ada, The slices, please',
  );
  expect(requestWords(request('ben', 'Ben', 'withdrawn'), null).description).toMatch(
    /^asked, and taken back or declined/,
  );
  const target: ReviewTarget = { alias: '*', approvals: { needed: 1, given: 0 }, groups: [] };
  expect(needWords(target)).toEqual({ sentence: 'Every other alias needs 1 more approval.', icon: 'lock' });
  expect(needWords({ ...target, approvals: { needed: 1, given: 1 } }).icon).toBe('unlock');
});

test('parts say what is other than at the last review, and what was viewed', () => {
  const part = { part: 'card:A', label: 'Card: A', changed: true, viewed: false };
  expect(partWords(part, 7)).toMatchObject({ icon: 'diff-modified', spoken: 'Card: A, changed since v7, not viewed' });
  expect(partWords({ ...part, changed: null, viewed: true }, undefined)).toMatchObject({
    icon: 'book',
    description: '',
    spoken: 'Card: A, viewed',
  });
  expect(partsWords([part, { ...part, changed: false, viewed: true }], 7)).toBe('1 of 2 viewed · 1 changed since v7');
  expect(partsWords([{ ...part, changed: null }], undefined)).toBe('0 of 1 viewed');
});

test('a part of a card is found at its heading, also below the data at its head', () => {
  const card = '---\nlicense: mit\n---\n# Churn\n\ntext\n\n## Data\n\n```\n## No heading\n```\n\n## Use\n';
  expect(lineOfPart(card, 'card:Churn/Use')).toBe(13);
  expect(lineOfPart(card, 'card:Churn')).toBe(3);
  expect(lineOfPart(card, 'card-data')).toBe(0);
  expect(lineOfPart(card, 'card:Gone')).toBe(3);
  expect(lineOfPart('', 'card:Gone')).toBe(0);
});

test('an alias of the past says what it pointed to, who set it and who had approved', () => {
  const setBy = { device: 'd1', name: 'Ada', at, entry: 'e' };
  const verdicts = [{ ...setBy, name: 'Ben', verdict: 'approve' as const, comment: '', seenBySetter: true }];
  const then = {
    model: 'churn',
    alias: 'champion',
    version: 9,
    contested: false,
    setBy,
    verdicts,
    approvalsNeeded: 1,
    rivals: [],
    remarks: [],
    requests: [],
    required: [['Ben', 'Mira']],
  };
  const words = aliasThenWords(then);
  expect(words.label).toBe('champion pointed to v9');
  expect(words.lines).toEqual([
    `set by Ada, ${moment(at)}`,
    'approved by Ben',
    'the team asked for one approval',
    'required were Ben or Mira',
  ]);
  const rivals = [
    { ...setBy, version: 7 },
    { ...setBy, name: 'Lin', version: null },
  ];
  expect(aliasThenWords({ ...then, version: null, setBy: null, contested: true, rivals, verdicts: [] })).toMatchObject({
    label: 'champion pointed nowhere',
    icon: 'warning',
    lines: [
      'contested: v7 by Ada and v? by Lin',
      'nobody had given a verdict',
      'the team asked for one approval',
      'required were Ben or Mira',
    ],
  });
  expect(moment(new Date(2026, 2, 14, 9, 0, 5).toISOString())).toBe('2026-03-14 09:00:05');
  expect(moment(new Date(2026, 2, 14, 9, 0).toISOString())).toBe('2026-03-14 09:00');
});
