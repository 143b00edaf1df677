import { beforeAll, describe, expect, test } from 'vitest';
import { role as roles, type Role } from '../domain/team.ts';
import { checkFact } from './check-fact.ts';
import { fact as facts, type Fact } from './entry.ts';
import { GrowingRegistry } from './growing-registry.ts';
import { allows, lacksRight, rights, type Action } from './rights.ts';
import { SimulatedDevice } from './simulated-device.ts';
import { approve, policy, promote, register, resolve, stage } from './simulated-registry.ts';

const soon = '2026-06-01T00:00:00Z';
const member = { name: 'X', deviceName: 'x' };
const ofCard = { project: 'churn', path: 'MODEL_CARD.md' };
const content = '0'.repeat(64);
const invite = { inviteId: 'new', key: 'k', expiresAt: soon };

/** Rows of the table as it is meant to be, written down a second time: who may, from the lowest role up. */
const meant: Record<Action, string> = {
  'documents.read': 'agent viewer contributor reviewer maintainer owner',
  'documents.write': 'agent contributor reviewer maintainer owner',
  'files.read': 'agent viewer contributor reviewer maintainer owner',
  'files.write': 'agent contributor reviewer maintainer owner',
  'member.renamed': 'agent viewer contributor reviewer maintainer owner',
  'model.created': 'agent contributor reviewer maintainer owner',
  'model.version-registered': 'agent contributor reviewer maintainer owner',
  'model.version-shared': 'agent contributor reviewer maintainer owner',
  'model.tagged': 'agent contributor reviewer maintainer owner',
  'model.described': 'agent contributor reviewer maintainer owner',
  'approval.given': 'reviewer maintainer owner',
  'review.requested': 'agent contributor reviewer maintainer owner',
  'review.withdrawn': 'agent contributor reviewer maintainer owner',
  'review.commented': 'reviewer maintainer owner',
  'file-review.requested': 'agent contributor reviewer maintainer owner',
  'file-review.withdrawn': 'agent contributor reviewer maintainer owner',
  'file-review.given': 'reviewer maintainer owner',
  'reviewers.set': 'maintainer owner',
  'alias.promoted': 'maintainer owner',
  'alias.removed': 'maintainer owner',
  'contested.resolved': 'maintainer owner',
  'policy.set': 'maintainer owner',
  'model.renamed': 'maintainer owner',
  'model.deleted': 'maintainer owner',
  'model.version-deleted': 'maintainer owner',
  'model.version-staged': 'maintainer owner',
  'encryption.begun': 'maintainer owner',
  'encryption.rekeyed': 'contributor reviewer maintainer owner',
  'encryption.shared': 'agent viewer contributor reviewer maintainer owner',
  'device.added': 'viewer contributor reviewer maintainer owner',
  'agent.added': 'contributor reviewer maintainer owner',
  'own.removed': 'agent viewer contributor reviewer maintainer owner',
  'team.renamed': 'owner',
  'invite.created': 'owner',
  'member.removed': 'owner',
  'person.removed': 'owner',
  'role.set': 'owner',
  'invite.withdrawn': 'owner',
  'recovery.set': 'owner',
};

let ana: SimulatedDevice;
let target: SimulatedDevice;
const devices = new Map<Role, SimulatedDevice>();
const held = new GrowingRegistry();

let open: string;
beforeAll(() => {
  ana = SimulatedDevice.founder('Ana', 1);
  for (const fact of [register('v1'), register('v2'), register('mine'), promote('v1')]) ana.state(fact);
  target = ana.welcome('Target', 2, 'maintainer');
  for (const [number, role] of roles.options.entries())
    devices.set(role, role === 'agent' ? ana.add('agent', 'Bot', 3) : ana.welcome(role, 10 + number, role));
  target.syncWith(ana);
  ana.state(promote('v1', 'rival'));
  ana.state(promote('v2'));
  open = ana.invite('viewer').inviteId;
  target.state(promote('mine'));
  ana.syncWith(target);
  held.add(ana.feeds.entries());
  held.catchUp();
});

/** A fact of each row that stands in nobody's way but for the right to state it; `own`: about the author itself. */
const factOf = (action: Action, own: string): Fact | null => {
  const one: Partial<Record<Action, Fact>> = {
    'member.renamed': { kind: 'member.renamed', member },
    'model.created': { kind: 'model.created', model: 'new', description: '' },
    'model.version-registered': register('new'),
    'model.version-shared': {
      kind: 'model.version-shared',
      model: 'churn',
      versionId: 'v1',
      files: { manifest: '0'.repeat(64), count: 1, sizeBytes: 1 },
    },
    'model.tagged': { kind: 'model.tagged', model: 'churn', versionId: null, key: 'k', value: 'v' },
    'model.described': { kind: 'model.described', model: 'churn', versionId: null, description: 'd' },
    'approval.given': approve('v1'),
    'review.requested': { kind: 'review.requested', model: 'churn', versionId: 'v1', people: ['x'], comment: '' },
    'review.withdrawn': { kind: 'review.withdrawn', model: 'churn', versionId: 'v1', people: ['x'], comment: '' },
    'review.commented': { kind: 'review.commented', model: 'churn', versionId: 'v1', comment: '' },
    'file-review.requested': { kind: 'file-review.requested', ...ofCard, content, people: ['x'], comment: '' },
    'file-review.withdrawn': { kind: 'file-review.withdrawn', ...ofCard, people: ['x'], comment: '' },
    'file-review.given': { kind: 'file-review.given', ...ofCard, content, verdict: 'approve', comment: '' },
    'reviewers.set': { kind: 'reviewers.set', rules: [] },
    'alias.promoted': promote('v1', 'other'),
    'alias.removed': { kind: 'alias.removed', model: 'churn', alias: 'rival' },
    'contested.resolved': resolve('v2'),
    'policy.set': policy(1),
    'model.renamed': { kind: 'model.renamed', model: 'churn', to: 'attrition' },
    'model.deleted': { kind: 'model.deleted', model: 'churn' },
    'model.version-deleted': { kind: 'model.version-deleted', model: 'churn', versionId: 'v1' },
    'model.version-staged': stage('v1', 'Staging'),
    'device.added': { kind: 'device.invited', as: 'device', ...invite },
    'agent.added': { kind: 'device.invited', as: 'agent', ...invite },
    'own.removed': { kind: 'person.removed', person: own },
    'team.renamed': { kind: 'team.renamed', team: 'other' },
    'invite.created': { kind: 'invite.created', role: 'viewer', ...invite },
    'member.removed': { kind: 'member.removed', device: target.device },
    'person.removed': { kind: 'person.removed', person: target.device },
    'role.set': { kind: 'role.set', person: target.device, role: 'viewer', project: null },
    'invite.withdrawn': { kind: 'invite.withdrawn', inviteId: open },
    'recovery.set': { kind: 'recovery.set', key: 'k' },
  };
  return one[action] ?? null;
};

const every = roles.options.flatMap(role => (Object.keys(rights) as Action[]).map(action => [role, action] as const));

describe('M10 R1 one table says who may do what', () => {
  test('and is the one that is meant', () => {
    expect(Object.fromEntries(Object.entries(rights).map(([action, row]) => [action, row.roles.join(' ')]))).toEqual(
      meant,
    );
  });

  test('every fact has its row, or is judged by what it proves', () => {
    const proven = ['team.founded', 'member.added', 'person.recovered', 'device.invited'];
    const kinds = facts.options.map(option => option.shape.kind.value);
    expect(kinds.filter(kind => !proven.includes(kind) && !Object.hasOwn(rights, kind))).toEqual([]);
  });

  test.each(every)('%s: %s', (role, action) => {
    const author = devices.get(role)!;
    const may = meant[action].split(' ').includes(role);
    const sponsor = role === 'agent' ? { role: 'owner' as const, projects: {} } : null;
    expect(allows(action, { role, projects: {}, sponsor })).toBe(may);
    const fact = factOf(action, author.device);
    if (!fact) return;
    const problem = checkFact({ held, device: author.device, fact, at: soon });
    // Only who registered a version shares its files, whatever the role.
    if (action === 'model.version-shared' && may) expect(problem?.message).toMatch(/registered on another device/);
    // Only what was asked is taken back, by who asked or is asked.
    else if (action.endsWith('review.withdrawn') && may) expect(problem?.code).toBe('NOT_FOUND');
    else expect(problem?.code ?? null).toBe(may ? null : 'FORBIDDEN');
    if (!may) expect(problem?.message).toMatch(new RegExp(`^As ${role} you may not ${rights[action].deed}`));
  });

  test('an agent may no more than the member it works for', () => {
    for (const action of Object.keys(rights) as Action[]) {
      const agent = { role: 'agent' as const, projects: {}, sponsor: { role: 'viewer' as const, projects: {} } };
      const may = meant[action].startsWith('agent viewer');
      expect(lacksRight(action, agent)?.code ?? null, action).toBe(may ? null : 'FORBIDDEN');
    }
  });
});
