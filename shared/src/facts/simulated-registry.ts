import type { ModelStage } from '../domain/registry.ts';
import type { Fact } from './entry.ts';
import type { HeldEntry } from './entry-hash.ts';
import { SimulatedDevice } from './simulated-device.ts';

// Facts of one model, and small teams that state them: what the tests of the registry's rules begin with.

export const register = (versionId: string, model = 'churn'): Fact => ({
  kind: 'model.version-registered',
  model,
  versionId,
  source: `models:/${versionId}`,
  runId: null,
  description: '',
});
export const approve = (versionId: string, verdict: 'approve' | 'request-changes' = 'approve'): Fact => ({
  kind: 'approval.given',
  model: 'churn',
  versionId,
  verdict,
  comment: '',
});
export const promote = (versionId: string, alias = 'champion'): Fact => ({
  kind: 'alias.promoted',
  model: 'churn',
  alias,
  versionId,
});
export const resolve = (versionId: string): Fact => ({
  kind: 'contested.resolved',
  model: 'churn',
  alias: 'champion',
  versionId,
  reason: 'better slices',
});
export const stage = (versionId: string, to: ModelStage, archived: string[] = []): Fact => ({
  kind: 'model.version-staged',
  model: 'churn',
  versionId,
  stage: to,
  archived,
});
export const policy = (approvals: number): Fact => ({ kind: 'policy.set', alias: 'champion', approvals });

export const churn = (device: SimulatedDevice) => device.registry().models.find(({ name }) => name === 'churn');
export const champion = (device: SimulatedDevice) => churn(device)?.aliases.find(({ alias }) => alias === 'champion');
export const reason = (device: SimulatedDevice, item: HeldEntry) => device.registry().refusalOf(item.hash)?.code;

/** Three devices of one team that know of each other. */
export function lab() {
  const ana = SimulatedDevice.founder('Ana', 1);
  const bo = ana.welcome('Bo', 2, 'maintainer');
  const cy = ana.welcome('Cy', 3, 'maintainer');
  const share = () => {
    for (let round = 0; round < 2; round++) for (const device of [ana, bo, cy]) device.syncWith(ana);
  };
  share();
  return { ana, bo, cy, share };
}

/** Two promotions of different versions that were made apart, after a first one that all know. */
export function contested() {
  const devices = lab();
  const { ana, bo, cy, share } = devices;
  for (const version of ['v6', 'v7', 'v9']) ana.state(register(version));
  ana.state(promote('v6'));
  share();
  bo.state(promote('v7'));
  cy.now += 500_000; // a later clock must not win
  cy.state(promote('v9'));
  share();
  return devices;
}
