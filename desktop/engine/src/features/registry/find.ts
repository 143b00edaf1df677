import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { ModelVersion, RegisteredModel } from '@benchmate/shared/domain/registry';
import type { Registry } from '@benchmate/shared/facts/registry';
import type { VersionRef } from '../../mlflow/registry-port.ts';

/** Throws NOT_FOUND without it. */
export function findModel({ models }: Registry, name: string): RegisteredModel {
  const model = models.find(candidate => candidate.name === name);
  if (!model)
    throw new BenchmateError(
      'NOT_FOUND',
      `There is no registered model named ${name}.`,
      'Register a version of it first.',
    );
  return model;
}

/** By its public number. Throws NOT_FOUND without it. */
export function findVersion(registry: Registry, { model, version }: VersionRef): ModelVersion {
  const { versions } = findModel(registry, model);
  const found = versions.find(candidate => candidate.version === version);
  if (found) return found;
  const known = versions.length > 0 ? `It has ${versions.map(each => `v${each.version}`).join(', ')}.` : 'It has none.';
  throw new BenchmateError('NOT_FOUND', `${model} has no version ${version}.`, known);
}
