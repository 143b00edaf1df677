import type { ModelStage, ModelVersion, RegisteredModel, VersionFiles } from '@benchmate/shared/domain/registry';

/** A version by its public number, as MLflow names it. */
export interface VersionRef {
  model: string;
  version: number;
}

export interface NewVersion {
  model: string;
  /** Already checked by the routes: a scheme that we own, without `..`, of an existing run or logged model where it names one. */
  source: string;
  runId: string | null;
  /** Where they are with the team already: a copy of a shared version is shared. */
  files?: VersionFiles | null;
  description: string;
  tags: Readonly<Record<string, string>>;
}

/**
 * What MLflow's registry routes ask of the registry (`features/registry/service.ts` has these methods).
 *
 * Every change resolves after its fact is committed. Rejections are `BenchmateError`: NOT_FOUND for an unknown model
 * or version; ALREADY_EXISTS for a taken model name; FORBIDDEN or NEEDS_APPROVAL or CONTESTED when the team's
 * rules refuse it; BAD_REQUEST for a name that the registry does not take.
 */
export interface RegistryPort {
  createModel(input: {
    model: string;
    description: string;
    tags: Readonly<Record<string, string>>;
  }): Promise<RegisteredModel>;
  getModel(model: string): Promise<RegisteredModel>;
  /** All models that are not deleted, by name. */
  listModels(): Promise<RegisteredModel[]>;
  renameModel(model: string, to: string): Promise<RegisteredModel>;
  deleteModel(model: string): Promise<void>;
  /** `version` null: the model itself. */
  describe(model: string, version: number | null, description: string): Promise<void>;
  /** `version` null: the model itself. */
  setTag(model: string, version: number | null, key: string, value: string): Promise<void>;
  /** Removing a tag that is not there is no error. */
  deleteTag(model: string, version: number | null, key: string): Promise<void>;
  registerVersion(input: NewVersion): Promise<ModelVersion>;
  getVersion(ref: VersionRef): Promise<ModelVersion>;
  deleteVersion(ref: VersionRef): Promise<void>;
  /** `archiveOthers`: the versions that are in that stage now move to Archived. */
  stage(ref: VersionRef, stage: ModelStage, archiveOthers: boolean): Promise<void>;
  /** Setting it to the version that holds it already states nothing. */
  setAlias(model: string, alias: string, version: number): Promise<void>;
  /** Removing an alias that is not there is no error. */
  removeAlias(model: string, alias: string): Promise<void>;
  /** The version that serves: while the alias is contested, the last uncontested holder. BAD_REQUEST, as MLflow has it, when there is none. */
  getByAlias(model: string, alias: string): Promise<ModelVersion>;
}
