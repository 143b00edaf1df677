import { expect, test } from 'vitest';
import type { BenchEvent } from '../domain/bench-event.ts';
import type { Member } from '../domain/team.ts';
import { noticeOf } from './notice.ts';

const member = (device: string, role: Member['role'], person = device): Member => ({
  device,
  name: device,
  deviceName: 'd',
  person,
  role,
  projects: {},
  agentOf: null,
  active: true,
  since: '2026-01-01T00:00:00.000Z',
});
const [ana, laptop, ben, vera] = [
  member('ana', 'owner'),
  member('laptop', 'owner', 'ana'),
  member('ben', 'reviewer'),
  member('vera', 'viewer'),
];
const members = [ana, laptop, ben, vera];
const by = (device: string) => ({ device, name: device });
const head = { id: 'e', at: '2026-01-01T00:00:00.000Z' };
const version = { teamId: 't', entry: 'h', model: 'churn', version: 2, versionId: 'v' };
const asked: BenchEvent = {
  ...head,
  type: 'review.asked',
  data: { ...version, by: by('laptop'), approvals: { champion: 1 } },
};
const verdict = (from: string, of: string, asking: string | null = null): BenchEvent => ({
  ...head,
  type: 'review.verdict',
  data: {
    ...version,
    by: by(from),
    registeredBy: by(of),
    verdict: 'approve',
    askedBy: asking === null ? null : by(asking),
  },
});
const requested = (type: 'review.requested' | 'review.withdrawn', ...people: string[]): BenchEvent => ({
  ...head,
  type,
  data: { ...version, by: by('laptop'), asked: people.map(person => ({ person, name: person })) },
});
const claims = ['ana', 'vera'].map(device => ({ ...version, by: by(device), at: head.at }));
const contested: BenchEvent = {
  ...head,
  type: 'alias.contested',
  data: { teamId: 't', model: 'churn', alias: 'champion', serving: 1, claims },
};

test('a review is asked of who may judge, and not of who asks on another device', () => {
  expect(noticeOf(asked, ben, members)?.sentence).toBe(
    'laptop registered churn v2, which needs approvals: 1 for champion.',
  );
  expect(noticeOf(asked, ana, members)).toBeNull();
  expect(noticeOf(asked, vera, members)).toBeNull();
});

test('a verdict is told to who registered the version, on all devices', () => {
  expect(noticeOf(verdict('ben', 'laptop'), ana, members)).toEqual({
    sentence: 'ben approved churn v2.',
    isWarning: false,
    isPersonal: true,
  });
  expect(noticeOf(verdict('ben', 'laptop'), ben, members)).toBeNull();
  expect(noticeOf(verdict('laptop', 'ana'), ana, members)).toBeNull();
});

test('a request by name, and its end, are told to whom it names, and to nobody else', () => {
  const told = (event: BenchEvent) => members.map(me => noticeOf(event, me, members)?.sentence);
  const agent = { ...member('bot', 'agent'), person: 'ben', agentOf: 'ben' };
  const asks = (whom: string) => `laptop asks ${whom} to review churn v2.`;
  expect(told(requested('review.requested', 'ben', 'vera'))).toEqual([
    undefined,
    undefined,
    asks('you, vera'),
    asks('you, ben'),
  ]);
  expect(noticeOf(requested('review.requested', 'ben'), agent, [...members, agent])).toBeNull();
  expect(told(requested('review.requested', 'ana'))).toEqual([undefined, undefined, undefined, undefined]);
  expect(told(requested('review.withdrawn', 'ben'))[2]).toBe('laptop no longer asks you to review churn v2.');
});

test('an answer is told to who asked, on all devices, whoever registered the version', () => {
  const declined: BenchEvent = {
    ...head,
    type: 'review.declined',
    data: { ...version, by: by('ben'), askedBy: by('laptop') },
  };
  expect(noticeOf(declined, ana, members)).toMatchObject({
    sentence: 'ben will not review churn v2.',
    isPersonal: true,
  });
  expect([noticeOf(declined, ben, members), noticeOf(declined, vera, members)]).toEqual([null, null]);
  expect(noticeOf(verdict('ben', 'vera', 'laptop'), ana, members)?.isPersonal).toBe(true);
  expect(noticeOf(verdict('ben', 'vera'), ana, members)).toBeNull();
});

test('a contested alias is told to who can choose and to who promoted', () => {
  expect([ana, ben, vera].map(me => noticeOf(contested, me, members)?.isWarning)).toEqual([true, true, true]);
  const bystander = member('bo', 'contributor');
  expect(noticeOf(contested, bystander, [...members, bystander])).toBeNull();
});

test('a promotion is news for everybody but who promoted, on any device', () => {
  const set: BenchEvent = { ...head, type: 'alias.set', data: { ...version, by: by('laptop'), alias: 'champion' } };
  expect([ana, ben, vera].map(me => noticeOf(set, me, members)?.isPersonal)).toEqual([undefined, false, false]);
});

test('ends of runs are news, and no reason to interrupt somebody who did not ask for it', () => {
  const data = { runId: 'r', name: 'n', experimentName: 'e', projectId: null, jobId: null, startTime: 1, endTime: 2 };
  expect(noticeOf({ ...head, type: 'run.finished', data: { ...data, status: 'FINISHED' } }, ana, members)).toEqual({
    sentence: 'Run n finished.',
    isWarning: false,
    isPersonal: false,
  });
});
