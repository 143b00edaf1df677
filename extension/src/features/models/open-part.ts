import { createElement } from 'react';
import * as vscode from 'vscode';
import { diffMetrics } from '@benchmate/shared/diff/metrics-diff';
import { diffParams } from '@benchmate/shared/diff/params-diff';
import { formatBytes } from '@benchmate/shared/diff/quantity-format';
import { pathTo } from '@benchmate/shared/domain/companion-path';
import type { ModelReview } from '@benchmate/shared/domain/model-review';
import type { ModelVersion, RegisteredModel } from '@benchmate/shared/domain/registry';
import type { Run } from '@benchmate/shared/domain/run';
import { isHome } from '@benchmate/shared/domain/thread-place';
import { BenchmateError, toErrorShape } from '@benchmate/shared/errors/benchmate-error';
import type { EngineClient } from '@benchmate/shared/protocol/engine';
import { Panel } from '../../host/panel.ts';
import type { Commands, Part } from '../../host/part.ts';
import { CompareView } from '../compare/compare-view.tsx';
import { openThread } from '../reviews/open-thread.ts';
import { openCard } from './card-documents.ts';
import { chooseVersion } from './choose-version.ts';
import type { ModelNode } from './model-node.ts';
import type { VersionRef } from './review-cache.ts';

type PartNode = Extract<ModelNode, { kind: 'part' }>;
type ThreadNode = Extract<ModelNode, { kind: 'thread' }>;

/** `Look at What Changed` in a version, part by part, and its open threads. */
export function startOpenPart({ context, engine, projects }: Part): Commands {
  const open = async (ref: VersionRef, part: string): Promise<void> => {
    const { client } = await engine.session();
    const [review, model] = await Promise.all([
      client.modelReviews.show.query(ref),
      client.registry.get.query({ model: ref.model }),
    ]);
    const before = comparedWith(model, review);
    if (part.startsWith('card')) await openCard(ref, before?.version ?? null, part);
    else if (part === 'run') await openRun(client, review.version, before);
    else void vscode.window.showInformationMessage(filesSentence(review.version, before));
  };

  async function openRun(client: EngineClient, { runId, version, model }: ModelVersion, before: ModelVersion | null) {
    const [run, old] = await Promise.all([runHere(client, runId), runHere(client, before?.runId ?? null)]);
    if (!run) throw elsewhere(version);
    if (!before || !old || old.runId === run.runId) {
      if (before?.runId && !old) throw elsewhere(before.version);
      await vscode.commands.executeCommand('benchmate.openCompanion', pathTo('runs', run.runId));
      return;
    }
    const project = projects.all.find(({ projectId }) => projectId === run.projectId);
    const panel = new Panel(context, 'benchmate.compare');
    context.subscriptions.push(panel);
    const names: [string, string] = [`v${before.version}`, `v${version}`];
    const metrics = diffMetrics(old.metrics, run.metrics, project ?? { directions: {} });
    const content = { run, baseline: old, metrics, params: diffParams(old.params, run.params), names };
    panel.show(`${model}: runs of v${before.version} and v${version}`, createElement(CompareView, content));
  }

  return {
    openReviewPart: (node: PartNode) => open(node, node.part),
    showVersionChanges: async (node?: unknown) => {
      const { client } = await engine.session();
      const ref = await chooseVersion(client, 'Look at What Changed', node);
      if (!ref) return;
      const { parts, lastReviewed } = await client.modelReviews.show.query(ref);
      const rows = parts.map(({ part, label, changed, viewed }) => ({
        label,
        description: [changed ? `changed since v${lastReviewed?.version}` : '', viewed ? 'viewed' : '']
          .filter(Boolean)
          .join(' · '),
        part,
      }));
      const title = `Look at ${ref.model} v${ref.version}`;
      const chosen = await vscode.window.showQuickPick(rows, { title, matchOnDescription: true });
      if (chosen) await open(ref, chosen.part);
    },
    openVersionThread: async ({ model, version, threadId }: ThreadNode) => {
      const { client } = await engine.session();
      const { projectId } = await client.modelReviews.show.query({ model, version });
      if (projectId === null) return;
      const placed = await client.reviews.placed.query({ projectId });
      const found = placed.find(({ thread }) => thread.threadId === threadId);
      const card = projects.all.find(known => known.projectId === projectId)?.card;
      if (!found) throw new BenchmateError('NOT_FOUND', 'The thread is not here any more.');
      // What is about a version stands at the top of the card.
      const path = isHome(found.path) && card !== undefined ? card : found.path;
      if (!(await openThread(projects, { projectId, threadId, path, line: found.line })))
        await vscode.commands.executeCommand('benchmate.openCompanion', pathTo('threads', projectId, threadId));
    },
  };
}

/** The version that the person reviewed last, else the one that this one would replace. */
function comparedWith(model: RegisteredModel, { lastReviewed, version }: ModelReview): ModelVersion | null {
  const holders = model.aliases
    .toSorted((a, b) => Number(b.alias === 'champion') - Number(a.alias === 'champion'))
    .map(({ holder }) => model.versions.find(({ versionId }) => versionId === holder));
  const last = model.versions.find(known => known.version === lastReviewed?.version);
  return last ?? holders.find(holder => holder && holder.version !== version.version) ?? null;
}

/** A teammate's run is here only once it was shared. */
async function runHere(client: EngineClient, runId: string | null): Promise<Run | null> {
  if (runId === null) return null;
  try {
    return await client.runs.get.query({ runId });
  } catch (error) {
    if (toErrorShape(error).code === 'NOT_FOUND') return null;
    throw error;
  }
}

const elsewhere = (version: number) =>
  new BenchmateError(
    'NOT_FOUND',
    `The run of v${version} was not shared with the team.`,
    'Who logged it can choose Share Run with the Team, or ask for a review. Its card says what it reached.',
  );

function filesSentence(version: ModelVersion, before: ModelVersion | null): string {
  const { files, source } = version;
  const now = files
    ? `${files.count} ${files.count === 1 ? 'file' : 'files'}, ${formatBytes(files.sizeBytes)}, shared with the team`
    : `at ${source}, not shared with the team`;
  const says = `Files of v${version.version}: ${now}.`;
  if (!before) return says;
  const same = files && before.files ? files.manifest === before.files.manifest : source === before.source;
  return `${says} ${same ? 'The same as' : 'Not those of'} v${before.version}.`;
}
