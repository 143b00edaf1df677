import * as vscode from 'vscode';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Commands, Part } from '../../host/part.ts';
import { pastMessage, startAsOf } from './as-of.ts';
import { startCardComments } from './card-comments.ts';
import { startCardDocuments } from './card-documents.ts';
import { startDecisionRecord } from './decision-record.ts';
import { startHoldSession } from './hold-session.ts';
import { ModelTree } from './model-tree.ts';
import type { ModelNode } from './model-node.ts';
import { ModelsCache } from './models-cache.ts';
import { startOpenPart } from './open-part.ts';
import { startPromote } from './promote.ts';
import { startRequests } from './requests.ts';
import { startReviewMenu } from './review-menu.ts';
import { ReviewCache, type VersionRef } from './review-cache.ts';
import { startVerdicts } from './verdicts.ts';

/** The Models view; reviewing a version from it and from the palette. */
export function startModels(part: Part): Commands {
  const { context, engine } = part;
  const models = new ModelsCache(part);
  const reviews = new ReviewCache(part);
  const tree = new ModelTree(models, reviews);
  const view = vscode.window.createTreeView('benchmate.models', {
    treeDataProvider: tree,
    manageCheckboxStateManually: true,
    showCollapseAll: true,
  });
  const explain = () => {
    const { past } = models;
    view.description = past ? `as of ${past.text}` : '';
    view.message = past ? pastMessage(past) : '';
    void vscode.commands.executeCommand('setContext', 'benchmate.modelsLoaded', models.loaded);
    void vscode.commands.executeCommand('setContext', 'benchmate.modelsPast', past !== undefined);
  };
  context.subscriptions.push(
    view,
    models.onDidChange(explain),
    view.onDidChangeCheckboxState(({ items }) => {
      for (const [node, state] of items)
        void vscode.commands.executeCommand('benchmate.markPart', node, state === vscode.TreeItemCheckboxState.Checked);
    }),
  );
  startCardDocuments(part, models.onDidChange);

  const show = async ({ model, version }: { model: string; version: number | null }): Promise<void> => {
    await engine.session();
    await models.ready();
    if (models.past) models.past = undefined;
    const found = models.get(model);
    if (!found || (version !== null && !found.versions.some(known => known.version === version)))
      throw new BenchmateError('NOT_FOUND', `${model}${version === null ? '' : ` v${version}`} is not here any more.`);
    const row = version === null ? tree.node({ kind: 'model', model }) : tree.rowOf({ model, version });
    // Somebody who came from another view goes on here with the keyboard.
    await vscode.commands.executeCommand('benchmate.models.focus');
    await view.reveal(row, { select: true, focus: true, expand: true });
  };
  const given = (ref: VersionRef) => tree.refresh(ref);
  const acting = { ...part, given };

  return {
    ...startVerdicts(acting),
    ...startRequests(acting),
    ...startPromote(acting),
    ...startAsOf({ ...part, models }),
    ...startOpenPart(part),
    ...startDecisionRecord(part),
    ...startHoldSession(part),
    ...startCardComments(part),
    ...startReviewMenu({ ...part, show }),
    markPart: async (node: ModelNode, viewed?: boolean) => {
      if (node.kind !== 'part') return;
      const { model, version, part: name } = node;
      try {
        const { client } = await engine.session();
        const now = reviews.known(node)?.review.parts.find(known => known.part === name)?.viewed ?? false;
        await client.modelReviews.setViewed.mutate({ model, version, part: name, viewed: viewed ?? !now });
      } finally {
        tree.refresh(node); // the editor has drawn the mark already, whether it was taken or not
      }
    },
    showVersion: show,
    showMoreVersions: (node: { model: string | null }) => tree.showMore(node),
  };
}
