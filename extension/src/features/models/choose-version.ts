import * as vscode from 'vscode';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { EngineClient } from '@benchmate/shared/protocol/engine';
import { isVersion } from './model-items.ts';
import { newestFirst, versionWords } from './model-rows.ts';
import type { VersionRef } from './review-cache.ts';

/** Of each model; older ones are reached from their rows. */
const mostOffered = 20;

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
  const isWanted = (model: string) => !isNamed(node) || node.model === model;
  const rows = models
    .filter(({ name }) => isWanted(name))
    .flatMap(model =>
      newestFirst(model)
        .slice(0, mostOffered)
        .map(version => ({
          label: `${model.name} v${version.version}`,
          description: versionWords(model, version, around).description,
          ref: { model: model.name, version: version.version },
          isAsked: version.requests.some(({ person, state }) => state === 'open' && person === around.me),
        })),
    )
    .sort((a, b) => Number(b.isAsked) - Number(a.isAsked));
  return (await vscode.window.showQuickPick(rows, { title, placeHolder: 'Which version?', matchOnDescription: true }))
    ?.ref;
}

/** The row of a model, whichever version. */
const isNamed = (node: unknown): node is { model: string } =>
  typeof node === 'object' && node !== null && 'model' in node && typeof node.model === 'string';
