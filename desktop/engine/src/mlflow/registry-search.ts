import type { ModelVersion, RegisteredModel } from '@benchmate/shared/domain/registry';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Condition, Order } from '../features/search/condition.ts';
import { matches } from '../features/search/match.ts';
import { sourceOf } from './registry-wire.ts';

/** Searches of the registry run in memory: a team has hundreds of models, not millions. */
export function searchModels(
  models: readonly RegisteredModel[],
  conditions: readonly Condition[],
  order: readonly Order[],
): RegisteredModel[] {
  const { tags, attributes } = checked(conditions);
  const wantsPrompts = tags.some(asksForPrompts);
  return models
    .filter(model => wantsPrompts || model.tags[promptTag] !== 'true')
    .filter(model => attributes.every(condition => matches(model.name, condition)))
    .filter(model => meetsTags(model.tags, tags, wantsPrompts))
    .sort(by(order, modelValue, (a, b) => compareValues(a.name, b.name)));
}

export function searchVersions(
  models: readonly RegisteredModel[],
  conditions: readonly Condition[],
  order: readonly Order[],
): ModelVersion[] {
  const { tags, attributes } = checked(conditions);
  const wantsPrompts = tags.some(asksForPrompts);
  return models
    .filter(({ versions }) => wantsPrompts || versions.every(version => version.tags[promptTag] !== 'true'))
    .flatMap(({ versions }) => versions)
    .filter(version => attributes.every(condition => matches(versionValue(version, condition.key), condition)))
    .filter(version => meetsTags(version.tags, tags, wantsPrompts))
    .sort(
      by(
        order.length > 0 ? order : newestFirst,
        versionValue,
        (a, b) => compareValues(a.model, b.model) || b.version - a.version,
      ),
    );
}

/** MLflow marks prompts, which share its tables, by this tag, and shows them only to who asks for them. */
export const promptTag = 'mlflow.prompt.is_prompt';

const newestFirst: readonly Order[] = [{ entity: 'attribute', key: 'last_updated_timestamp', ascending: false }];

const asksForPrompts = ({ key, operator, value }: Condition) =>
  key === promptTag &&
  ((operator === '=' && String(value).toLowerCase() === 'true') ||
    (operator === '!=' && String(value).toLowerCase() === 'false'));

/** Whether a tag is absent cannot be asked of the registry, and versions are whole numbers. */
function checked(conditions: readonly Condition[]): { tags: Condition[]; attributes: Condition[] } {
  for (const { entity, key, operator, value } of conditions) {
    if (entity === 'tag' && (operator === 'IS NULL' || operator === 'IS NOT NULL'))
      throw new BenchmateError('BAD_REQUEST', `Invalid comparator for tag: ${operator}`);
    if (key === 'version_number' && entity === 'attribute' && !Number.isInteger(value))
      throw new BenchmateError('BAD_REQUEST', `Invalid value for numeric attribute 'version_number': ${String(value)}`);
  }
  const isTag = ({ entity }: Condition) => entity === 'tag';
  return { tags: conditions.filter(isTag), attributes: conditions.filter(condition => !isTag(condition)) };
}

function meetsTags(
  tags: Readonly<Record<string, string>>,
  conditions: readonly Condition[],
  wantsPrompts: boolean,
): boolean {
  return conditions
    .filter(({ key }) => wantsPrompts || key !== promptTag)
    .every(condition => matches(Object.hasOwn(tags, condition.key) ? tags[condition.key] : undefined, condition));
}

const modelValue = (model: RegisteredModel, key: string): string | number =>
  key === 'name' ? model.name : Date.parse(model.revisedAt);

function versionValue(version: ModelVersion, key: string): string | number {
  switch (key) {
    case 'name':
      return version.model;
    case 'version_number':
      return version.version;
    case 'run_id':
      return version.runId ?? '';
    case 'source_path':
      return sourceOf(version);
    case 'creation_timestamp':
      return Date.parse(version.at);
    default:
      return Date.parse(version.revisedAt);
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
