import type { ModelVersion, RegisteredModel } from '@benchmate/shared/domain/registry';
import type { Condition, Order } from '../features/search/condition.ts';
import { matches } from '../features/search/match.ts';

/** Searches of the registry run in memory: a team has hundreds of models, not millions. */
export function searchModels(
  models: readonly RegisteredModel[],
  conditions: readonly Condition[],
  order: readonly Order[],
): RegisteredModel[] {
  return models
    .filter(model => conditions.every(condition => meets(model.tags, key => modelValue(model, key), condition)))
    .sort(by(order, modelValue, (a, b) => compareValues(a.name, b.name)));
}

export function searchVersions(
  models: readonly RegisteredModel[],
  conditions: readonly Condition[],
  order: readonly Order[],
): ModelVersion[] {
  return models
    .flatMap(({ versions }) => versions)
    .filter(version => conditions.every(condition => meets(version.tags, key => versionValue(version, key), condition)))
    .sort(
      by(order, versionValue, (a, b) =>
        a.at !== b.at ? compareValues(b.at, a.at) : compareValues(a.model, b.model) || b.version - a.version,
      ),
    );
}

/** The client hides prompts by a tag that models do not have: there, absent means false. */
const promptTag = 'mlflow.prompt.is_prompt';

function meets(
  tags: Readonly<Record<string, string>>,
  valueOf: (key: string) => string | number,
  condition: Condition,
): boolean {
  if (condition.entity !== 'tag') return matches(valueOf(condition.key), condition);
  const tag = Object.hasOwn(tags, condition.key) ? tags[condition.key] : undefined;
  return matches(tag ?? (condition.key === promptTag ? 'false' : undefined), condition);
}

function modelValue(model: RegisteredModel, key: string): string | number {
  if (key === 'name') return model.name;
  return Date.parse(key === 'creation_timestamp' ? model.createdAt : model.updatedAt);
}

function versionValue(version: ModelVersion, key: string): string | number {
  switch (key) {
    case 'name':
      return version.model;
    case 'version_number':
      return version.version;
    case 'run_id':
      return version.runId ?? '';
    case 'source_path':
      return version.source;
    default:
      return Date.parse(version.at);
  }
}

function by<T>(
  order: readonly Order[],
  valueOf: (item: T, key: string) => string | number,
  otherwise: (a: T, b: T) => number,
): (a: T, b: T) => number {
  return (a, b) => {
    for (const { key, ascending } of order) {
      const difference = compareValues(valueOf(a, key), valueOf(b, key));
      if (difference !== 0) return ascending ? difference : -difference;
    }
    return otherwise(a, b);
  };
}

const compareValues = (a: string | number, b: string | number) => (a < b ? -1 : a > b ? 1 : 0);
