import type { AliasState, ModelVersion, RegisteredModel } from '@benchmate/shared/domain/registry';

export const versionById = (model: RegisteredModel, versionId: string | null): ModelVersion | undefined =>
  model.versions.find(version => version.versionId === versionId);

export const versionNumber = (model: RegisteredModel, versionId: string | null): number | null =>
  versionById(model, versionId)?.version ?? null;

export const newestFirst = (model: RegisteredModel): ModelVersion[] =>
  model.versions.toSorted((a, b) => b.version - a.version);

/** Aliases that a version holds or is a rival for. */
export const aliasesOf = (model: RegisteredModel, { versionId }: ModelVersion): AliasState[] =>
  model.aliases.filter(
    ({ holder, claims }) => holder === versionId || claims.some(claim => claim.versionId === versionId),
  );

/** Approvals that count towards a policy, and versions that were sent back. */
export function tally({ approvals }: ModelVersion): { approved: number; changesAsked: number } {
  const approved = approvals.filter(({ verdict }) => verdict === 'approve').length;
  return { approved, changesAsked: approvals.length - approved };
}

/** What a version would replace: the holder of an alias that is not this version, champion before others. */
export function rivalOf(
  model: RegisteredModel,
  version: ModelVersion,
  which: 'any' | 'with a run' = 'any',
): { alias: string; version: ModelVersion } | null {
  const held = model.aliases
    .filter(({ holder }) => holder !== null && holder !== version.versionId)
    .sort((a, b) => Number(b.alias === 'champion') - Number(a.alias === 'champion'));
  for (const { alias, holder } of held) {
    const rival = versionById(model, holder);
    if (rival && (which === 'any' || rival.runId)) return { alias, version: rival };
  }
  return null;
}
