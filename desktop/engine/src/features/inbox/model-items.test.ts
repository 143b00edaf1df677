import { expect, test } from 'vitest';
import type { AliasState, Approval, ModelVersion, RegisteredModel } from '@benchmate/shared/domain/registry';
import type { Member, Role } from '@benchmate/shared/domain/team';
import { modelItems } from './model-items.ts';

const at = '2026-01-01T10:00:00.000Z';
const member = (device: string, role: Role, more: Partial<Member> = {}): Member => ({
  device,
  name: device,
  deviceName: 'd',
  person: device,
  role,
  projects: {},
  agentOf: null,
  active: true,
  since: at,
  ...more,
});
const members = [
  member('ana', 'owner'),
  member('laptop', 'owner', { name: 'ana', person: 'ana' }),
  member('bot', 'agent', { agentOf: 'ana' }),
  member('ben', 'reviewer'),
  member('cleo', 'contributor'),
  member('dora', 'contributor', { projects: { churn: 'maintainer' } }),
];
const version = (number: number, by: string, approvals: Approval[] = []): ModelVersion => ({
  versionId: `v${number}`,
  version: number,
  model: 'churn',
  source: 's',
  runId: null,
  registeredBy: { device: by, name: by },
  at,
  revisedAt: at,
  stage: 'None',
  description: '',
  tags: {},
  approvals,
  remarks: [],
  requests: [],
  files: null,
});
const verdict = (by: string, given: Approval['verdict'] = 'approve', comment = ''): Approval => ({
  device: by,
  name: by,
  verdict: given,
  comment,
  at: '2026-01-02T10:00:00.000Z',
});
const model = (versions: ModelVersion[], aliases: AliasState[] = []): RegisteredModel => ({
  name: 'churn',
  description: '',
  tags: {},
  createdAt: at,
  updatedAt: at,
  revisedAt: at,
  versions,
  aliases,
});
/** What each member's inbox says of a model. */
const seen = (of: RegisteredModel, policies: Record<string, number> = {}) =>
  Object.fromEntries(
    members
      .map(me => [
        me.device,
        modelItems(of, { me, members, policies }).map(({ kind, sentence }) => `${kind}: ${sentence}`),
      ])
      .filter(([, items]) => items!.length > 0),
  ) as Record<string, string[]>;

const rivals = (...by: string[]): AliasState => ({
  alias: 'champion',
  holder: 'v1',
  contested: true,
  claims: by.map((device, index) => ({ versionId: `v${index + 2}`, device, name: device, at, entry: `e${index}` })),
});

test('I2: a contested alias is shown to those who may choose and to those who promoted, with both claims', () => {
  const of = model([version(1, 'ana'), version(2, 'ana'), version(3, 'ana')], [rivals('laptop', 'cleo')]);
  const said =
    'contested: champion of churn is contested: v2 by laptop and v3 by cleo; v1 serves until somebody chooses.';
  expect(seen(of)).toEqual({ ana: [said], laptop: [said], bot: [said], cleo: [said], dora: [said] });
  const [his] = modelItems(of, { me: members[4]!, members, policies: {} });
  expect(his).toMatchObject({ next: 'ana and dora may choose.', action: 'Look at it' });
  const [hers] = modelItems(of, { me: members[5]!, members, policies: {} });
  expect(hers).toMatchObject({ action: 'Choose a version', place: { model: 'churn', version: 2, alias: 'champion' } });
});

test('I2: a verdict is asked of who may give one, not of who registered or judged on any device or by an agent', () => {
  const byBot = model([version(1, 'bot')]);
  expect(Object.keys(seen(byBot, { champion: 2 }))).toEqual(['ben', 'dora']);
  expect(seen(byBot, { champion: 2 })['ben']).toEqual(['review: churn v1 asks for your verdict; bot registered it.']);
  expect(seen(byBot, {})).toEqual({});
  expect(seen(model([version(1, 'cleo', [verdict('ben')])]), { champion: 2 })).toEqual({
    ana: ['approval: churn v1 asks for your verdict; cleo registered it and ben approved it.'],
    laptop: ['approval: churn v1 asks for your verdict; cleo registered it and ben approved it.'],
    dora: ['approval: churn v1 asks for your verdict; cleo registered it and ben approved it.'],
  });
  expect(seen(model([version(1, 'cleo'), version(2, 'ben')]), { champion: 1 })).not.toHaveProperty('ben');
});

test('I2 I3: with all approvals it waits for who may promote, until it serves', () => {
  const approved = version(2, 'cleo', [verdict('ben')]);
  const told = seen(model([version(1, 'ana'), approved]), { champion: 1 });
  expect(Object.keys(told)).toEqual(['ana', 'laptop', 'dora']);
  expect(told['dora']).toEqual(['promotion: churn v2 has the approvals that champion asks for, by ben.']);
  const serving: AliasState = { alias: 'champion', holder: 'v2', contested: false, claims: [] };
  expect(seen(model([approved], [serving]), { champion: 1 })).toEqual({});
});

test('I2 I3: asked changes wait for who registered, on all devices, until there is a newer version of theirs', () => {
  const asked = version(1, 'laptop', [verdict('ben', 'request-changes', 'Which split?')]);
  const told = seen(model([asked]));
  expect(told).toEqual({
    ana: ['changes: ben asked for changes to churn v1.'],
    laptop: ['changes: ben asked for changes to churn v1.'],
    bot: ['changes: ben asked for changes to churn v1.'],
  });
  const [item] = modelItems(model([asked]), { me: members[0]!, members, policies: {} });
  expect(item).toMatchObject({
    evidence: ['ben: Which split?'],
    dismissible: true,
    since: Date.parse('2026-01-02T10:00:00Z'),
  });
  expect(seen(model([asked, version(2, 'ana')]))).toEqual({});
});
