import type { ModelVersion, RegisteredModel } from '../domain/registry.ts';
import type { Member } from '../domain/team.ts';
import type { ModelState, RequestState, VersionState } from './registry-models.ts';

/** Names of devices; empty for one that never was a member. */
export function nameIn(members: readonly Member[]): (device: string) => string {
  const names = new Map(members.map(({ device, name }) => [device, name]));
  return device => names.get(device) ?? '';
}

/** What is told about a model, by what its facts made of it. */
export function registeredModel(
  model: ModelState,
  nameOf: (device: string) => string,
  told: (version: VersionState) => ModelVersion = version => modelVersion(model.name, version, nameOf),
): RegisteredModel {
  const versions = [...model.versions.values()].filter(({ deleted }) => !deleted);
  const alive = new Set(versions.map(({ versionId }) => versionId));
  return {
    name: model.name,
    description: model.description,
    tags: Object.fromEntries(model.tags),
    createdAt: model.createdAt,
    updatedAt: model.updatedAt,
    revisedAt: model.revisedAt,
    versions: versions.map(told),
    aliases: [...model.aliases]
      .flatMap(([alias, moves]) => moves.state(alias, id => alive.has(id), nameOf) ?? [])
      .sort((a, b) => (a.alias < b.alias ? -1 : 1)),
  };
}

export function modelVersion(model: string, state: VersionState, nameOf: (device: string) => string): ModelVersion {
  const { versionId, version, source, runId, revisedAt, stage, description, registered } = state;
  const latest = new Map<string, VersionState['verdicts'][number]>();
  for (const verdict of state.verdicts) {
    latest.delete(verdict.person);
    latest.set(verdict.person, verdict);
  }
  const asked = new Map<string, RequestState>();
  for (const request of state.requests) {
    asked.delete(request.person);
    asked.set(request.person, request);
  }
  return {
    versionId,
    version,
    model,
    source,
    runId,
    registeredBy: { device: registered.entry.author, name: nameOf(registered.entry.author) },
    at: registered.entry.at,
    revisedAt,
    stage,
    description,
    tags: Object.fromEntries(state.tags),
    approvals: [...latest.values()].map(({ item, verdict, comment }) => ({
      device: item.entry.author,
      name: nameOf(item.entry.author),
      verdict,
      comment,
      at: item.entry.at,
    })),
    remarks: state.remarks.slice(-100).map(({ item: { entry }, comment }) => ({
      device: entry.author,
      name: nameOf(entry.author),
      comment,
      at: entry.at,
    })),
    requests: [...asked.values()].map(({ item: { entry }, person, comment, state: stands }) => ({
      person,
      name: nameOf(person),
      by: { device: entry.author, name: nameOf(entry.author) },
      comment,
      at: entry.at,
      state: stands,
    })),
    files: state.files,
  };
}
