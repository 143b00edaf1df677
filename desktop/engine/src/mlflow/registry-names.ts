import { modelStage, type ModelStage } from '@benchmate/shared/domain/registry';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Fields } from './fields.ts';
import { checkKey, checkKeyName, checkLength, limits } from './limits.ts';

/** Tags that carry what MLflow's messages have a field for and facts have none; the wire hides them. */
export const hiddenTags = { source: 'benchmate.mlflow.source', runLink: 'benchmate.mlflow.run_link' } as const;
export const isHiddenTag = (key: string) => key.startsWith('benchmate.mlflow.');

/** Names of models become parts of addresses. */
export function checkModelName(name: string, path = 'name'): string {
  if (!name.trim()) throw bad(`Missing value for required parameter '${path}'.`);
  if (/[/:]/.test(name)) throw bad(`Invalid model name '${name}'. Names cannot contain '/' or ':'.`);
  if (name === '.' || name === '..')
    throw bad(`Invalid value '${name}' for parameter '${path}' supplied: it would resolve to a folder.`);
  return checkLength(name, limits.key, path);
}

export const modelNameOf = (fields: Fields) => checkModelName(fields.text('name'));

/** A model's name and the public number of a version. Zero and less are numbers that no version has. */
export function versionRefOf(fields: Fields): { model: string; version: number } {
  const model = modelNameOf(fields);
  const version = fields.optionalInteger('version');
  if (version === undefined) throw bad("Missing value for required parameter 'version'.");
  return { model, version };
}

export function aliasOf(fields: Fields): string {
  const alias = fields.text('alias');
  if (!/^[\w-]+$/.test(alias))
    throw bad(`Invalid alias name: '${alias}'. Names may only contain alphanumerics, underscores (_), and dashes (-).`);
  return checkLength(alias, limits.key, 'Registered model alias name');
}

/** `latest` and `v1` mean something already wherever an alias may stand. */
export function newAliasOf(fields: Fields): string {
  const alias = aliasOf(fields);
  if (isLatest(alias)) throw bad("'latest' alias name (case insensitive) is reserved.");
  if (/^v\d+$/i.test(alias)) throw bad(`Version alias name '${alias}' is reserved.`);
  return alias;
}

export const isLatest = (alias: string) => alias.toLowerCase() === 'latest';

/** In any case, as MLflow takes them. */
export function toStage(text: string): ModelStage {
  const stage = modelStage.options.find(known => known.toLowerCase() === text.toLowerCase());
  if (!stage) throw bad(`Invalid Model Version stage: ${text}. Value must be one of ${modelStage.options.join(', ')}.`);
  return stage;
}

const tagKeyOf = (fields: Fields): string => notHidden(checkKey(fields.text('key'), 'key'));

export const deletedTagKeyOf = (fields: Fields): string => notHidden(checkKeyName(fields.text('key'), 'key'));

function notHidden(key: string): string {
  if (isHiddenTag(key)) throw bad(`Tags that begin with 'benchmate.mlflow.' are the engine's own: choose another key.`);
  return key;
}

export function tagOf(fields: Fields): { key: string; value: string } {
  return { key: tagKeyOf(fields), value: checkLength(fields.optionalText('value'), limits.modelTagValue, 'value') };
}

/** Of two tags with one key the last counts, as in MLflow. */
export const tagsOf = (fields: Fields): Record<string, string> =>
  Object.fromEntries(
    fields.objects('tags').map(tag => {
      const { key, value } = tagOf(tag);
      return [key, value] as const;
    }),
  );

const bad = (message: string) => new BenchmateError('BAD_REQUEST', message);
