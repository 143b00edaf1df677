import type { ModelStage, ModelVersion, RegisteredModel } from '@benchmate/shared/domain/registry';
import { hiddenTags, isHiddenTag } from './registry-names.ts';

const time = (iso: string) => Date.parse(iso) || 0;
const keyValues = (tags: Readonly<Record<string, string>>) =>
  Object.entries(tags)
    .filter(([key]) => !isHiddenTag(key))
    .map(([key, value]) => ({ key, value }));

/** Message `RegisteredModel`. */
export function modelToWire(model: RegisteredModel) {
  return {
    name: model.name,
    creation_timestamp: time(model.createdAt),
    last_updated_timestamp: time(model.revisedAt),
    description: model.description,
    tags: keyValues(model.tags),
    latest_versions: latestOf(model).map(version => versionToWire(version, model)),
    aliases: model.aliases.flatMap(({ alias, holder }) => {
      const version = model.versions.find(({ versionId }) => versionId === holder)?.version;
      return version === undefined ? [] : [{ alias, version: String(version) }];
    }),
  };
}

/** Message `ModelVersion`; its aliases are known to its model alone. */
export function versionToWire(version: ModelVersion, model: RegisteredModel | undefined) {
  const modelId = loggedModelIdOf(version.source);
  const runLink = version.tags[hiddenTags.runLink];
  return {
    name: version.model,
    version: String(version.version),
    creation_timestamp: time(version.at),
    last_updated_timestamp: time(version.revisedAt),
    user_id: version.registeredBy.name,
    current_stage: version.stage,
    description: version.description,
    source: sourceOf(version),
    run_id: version.runId ?? '',
    status: 'READY',
    tags: keyValues(version.tags),
    aliases: (model?.aliases ?? []).filter(({ holder }) => holder === version.versionId).map(({ alias }) => alias),
    ...(runLink === undefined ? {} : { run_link: runLink }),
    ...(modelId ? { model_id: modelId } : {}),
  };
}

/** What it was registered from in the words of who did it; `version.source` is where the files are. */
export const sourceOf = ({ source, tags }: ModelVersion) => tags[hiddenTags.source] ?? source;

/** The newest version of each stage that has one, oldest first. */
export function latestOf({ versions }: RegisteredModel): ModelVersion[] {
  const latest = new Map<ModelStage, ModelVersion>();
  for (const version of versions)
    if (version.version > (latest.get(version.stage)?.version ?? 0)) latest.set(version.stage, version);
  return [...latest.values()].sort((a, b) => a.version - b.version);
}

/** The logged model that a source names, itself or its files; undefined for any other source. */
const loggedModelIdOf = (source: string): string | undefined =>
  /^(?:models:|mlflow-artifacts:\/(?:.*\/)?models)\/(m-[0-9a-f]{32})(?:\/|$)/.exec(source)?.[1];
