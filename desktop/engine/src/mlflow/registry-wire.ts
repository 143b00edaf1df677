import type { ModelVersion, RegisteredModel } from '@benchmate/shared/domain/registry';

const time = (iso: string) => Date.parse(iso) || 0;
const keyValues = (tags: Readonly<Record<string, string>>) =>
  Object.entries(tags).map(([key, value]) => ({ key, value }));

/** Message `RegisteredModel`. */
export function modelToWire(model: RegisteredModel) {
  const latest = newestOf(model);
  return {
    name: model.name,
    creation_timestamp: time(model.createdAt),
    last_updated_timestamp: time(model.updatedAt),
    description: model.description,
    tags: keyValues(model.tags),
    latest_versions: latest ? [versionToWire(latest, model)] : [],
    aliases: model.aliases.flatMap(({ alias, holder }) => {
      const version = model.versions.find(({ versionId }) => versionId === holder)?.version;
      return version === undefined ? [] : [{ alias, version: String(version) }];
    }),
  };
}

/** Message `ModelVersion`; its aliases are known to its model alone. */
export function versionToWire(version: ModelVersion, model?: RegisteredModel) {
  const modelId = loggedModelIdOf(version.source);
  return {
    name: version.model,
    version: String(version.version),
    creation_timestamp: time(version.at),
    last_updated_timestamp: time(version.at),
    user_id: version.registeredBy.name,
    current_stage: 'None',
    description: version.description,
    source: version.source,
    run_id: version.runId ?? '',
    status: 'READY',
    tags: keyValues(version.tags),
    aliases: (model?.aliases ?? []).filter(({ holder }) => holder === version.versionId).map(({ alias }) => alias),
    ...(modelId ? { model_id: modelId } : {}),
  };
}

export const newestOf = ({ versions }: RegisteredModel): ModelVersion | undefined =>
  versions.toSorted((a, b) => b.version - a.version)[0];

/** The logged model that a source names, itself or its files; undefined for any other source. */
export const loggedModelIdOf = (source: string): string | undefined =>
  /^(?:models:|mlflow-artifacts:\/(?:.*\/)?models)\/(m-[0-9a-f]{32})(?:\/|$)/.exec(source)?.[1];
