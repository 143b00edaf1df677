import { useMemo } from 'react';
import type { AliasPolicies, ModelVersion, RegisteredModel } from '@benchmate/shared/domain/registry';
import type { TeamState } from '@benchmate/shared/protocol/team';
import { useLive } from '../engine/live-list.ts';
import { modelList, teamList } from '../engine/lists.ts';
import { engine } from '../engine/connection.tsx';
import { useLoad } from '../engine/use-load.ts';
import { describeSync } from '../team/describe-sync.ts';

export type InboxItem =
  | { kind: 'contested'; model: string; version: number; alias: string }
  | { kind: 'review'; model: string; version: number; alias: string; missing: number; by: string; at: string }
  | { kind: 'sync'; sentence: string; next: string };

const reviewing = new Set(['reviewer', 'maintainer', 'owner']);

/** What waits for this person: contested aliases, versions that need a verdict, a connection that was refused. */
export function useInbox(): InboxItem[] {
  const { items: models } = useLive(modelList);
  const team = useLive(teamList).items[0];
  const policies = useLoad(`policies ${models.length}`, () => engine.registry.policies.query()).data;
  return useMemo(() => inboxOf(models, team, policies ?? {}), [models, team, policies]);
}

export function inboxOf(
  models: readonly RegisteredModel[],
  team: TeamState | undefined,
  policies: AliasPolicies,
): InboxItem[] {
  const contested = models.flatMap(model =>
    model.aliases
      .filter(alias => alias.contested)
      .map(({ alias, claims }): InboxItem => {
        const version = model.versions.find(({ versionId }) => versionId === claims[0]?.versionId)?.version ?? 1;
        return { kind: 'contested', model: model.name, version, alias };
      }),
  );
  const sync: InboxItem[] = [];
  if (team?.sync.state === 'refused') {
    const { sentence, next } = describeSync(team.sync);
    sync.push({ kind: 'sync', sentence, next });
  }
  return [
    ...sync,
    ...contested,
    ...(team && reviewing.has(team.me.role) ? models.flatMap(model => reviewsOf(model, team, policies)) : []),
  ];
}

/** The newest version asks for verdicts while an alias could not go to it for want of them. */
function reviewsOf(model: RegisteredModel, team: TeamState, policies: AliasPolicies): InboxItem[] {
  const newest = model.versions.reduce<ModelVersion | null>((a, b) => (a && a.version > b.version ? a : b), null);
  if (!newest || newest.registeredBy.device === team.device) return [];
  if (newest.approvals.some(({ device }) => device === team.device)) return [];
  const given = newest.approvals.filter(({ verdict }) => verdict === 'approve').length;
  return Object.entries(policies)
    .filter(
      ([alias, needed]) =>
        needed > given && model.aliases.every(held => held.alias !== alias || held.holder !== newest.versionId),
    )
    .slice(0, 1)
    .map(([alias, needed]) => ({
      kind: 'review',
      model: model.name,
      version: newest.version,
      alias,
      missing: needed - given,
      by: newest.registeredBy.name,
      at: newest.at,
    }));
}
