import * as vscode from 'vscode';
import type { ModelVersion, RegisteredModel } from '@benchmate/shared/domain/registry';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { EngineClient } from '@benchmate/shared/protocol/engine';
import { isVersion } from './model-items.ts';
import { modelWords, newestFirst, versionWords } from './model-rows.ts';
import type { VersionRef } from './review-cache.ts';

/** So many models have all their newest versions in one list; of more, the model is chosen first. */
const fewModels = 50;
const newest = 20;
/** Older ones are reached from their rows. */
const mostOffered = 1000;

interface Row extends vscode.QuickPickItem {
  model: RegisteredModel;
  /** Null: one that is still to be chosen. */
  version: number | null;
}

/**
 * The version that a command means: of the row it was called on, else one that the person chooses, those first whose
 * review is asked of them. Undefined: they changed their mind.
 */
export async function chooseVersion(
  client: EngineClient,
  title: string,
  node?: unknown,
): Promise<VersionRef | undefined> {
  if (isVersion(node)) return { model: node.model, version: node.version };
  const [models, { me, members }, policies] = await Promise.all([
    client.registry.list.query(),
    client.team.state.query(),
    client.registry.policies.query(),
  ]);
  if (models.length === 0)
    throw new BenchmateError(
      'NOT_FOUND',
      'No model is registered here yet.',
      'Register one with plain mlflow: mlflow.register_model("runs:/…/model", "churn").',
    );
  const around = { members, policies, me: me.agentOf ?? me.person };
  const isAsked = ({ requests }: ModelVersion) =>
    requests.some(({ person, state }) => state === 'open' && person === around.me);
  const rowOf = (model: RegisteredModel, version: ModelVersion): Row => ({
    label: `${model.name} v${version.version}`,
    description: versionWords(model, version, around).description,
    model,
    version: version.version,
  });
  const versionsOf = (model: RegisteredModel, most: number): Row[] =>
    newestFirst(model)
      .slice(0, most)
      .map(version => rowOf(model, version));
  const offered = isNamed(node) ? models.filter(({ name }) => name === node.model) : models;
  const rows =
    offered.length === 1
      ? versionsOf(offered[0]!, mostOffered)
      : offered.length <= fewModels
        ? offered.flatMap(model => versionsOf(model, newest))
        : offered.map((model): Row => ({
            label: model.name,
            description: modelWords(model).description,
            model,
            version: null,
          }));
  const asked = offered.flatMap(model => model.versions.filter(isAsked).map(version => rowOf(model, version)));
  const isFirst = new Set(asked.map(({ label }) => label));
  const chosen = await choose(title, [...asked, ...rows.filter(({ label }) => !isFirst.has(label))]);
  if (chosen?.version !== null) return chosen && { model: chosen.model.name, version: chosen.version };
  const second = await choose(title, versionsOf(chosen.model, mostOffered));
  return second && second.version !== null ? { model: second.model.name, version: second.version } : undefined;
}

const choose = async (title: string, rows: Row[]): Promise<Row | undefined> =>
  vscode.window.showQuickPick(rows, { title, placeHolder: 'Which version?', matchOnDescription: true });

/** The row of a model, whichever version. */
const isNamed = (node: unknown): node is { model: string } =>
  typeof node === 'object' && node !== null && 'model' in node && typeof node.model === 'string';
