import type { Command } from 'commander';
import { diffCards } from '@benchmate/shared/diff/card-diff';
import { cardDiffLines } from '@benchmate/shared/diff/card-diff-text';
import { compareRuns } from '@benchmate/shared/diff/run-comparison';
import { comparisonLines } from '@benchmate/shared/diff/run-comparison-text';
import { part, type TextLine } from '@benchmate/shared/diff/text-line';
import type { ModelVersion } from '@benchmate/shared/domain/registry';
import type { Run } from '@benchmate/shared/domain/run';
import { BenchmateError, toErrorShape } from '@benchmate/shared/errors/benchmate-error';
import type { EngineClient } from '@benchmate/shared/protocol/engine';
import { addLeaf, option } from '../command.ts';
import { cell } from '../output/terminal.ts';
import { versionNumber } from '../version-number.ts';

/** `benchmate review diff`: what is other in a version than in the one that was reviewed last. */
export function registerReviewDiff(group: Command): void {
  addLeaf<{ since?: string }>(group, {
    spec: 'diff <model> <version>',
    description: 'what changed since your last review: card, metrics and params, files',
    examples: ['benchmate review diff churn 9', 'benchmate review diff churn 9 --since 7'],
    options: [option('--since <version>', 'compare with this version instead')],
    run: async (context, [model, number], { since }) => {
      const engine = await context.engine();
      const ref = { model: String(model), version: versionNumber(number) };
      const { version, lastReviewed } = await engine.modelReviews.show.query(ref);
      const wanted = since === undefined ? lastReviewed?.version : versionNumber(since);
      if (wanted === undefined)
        throw new BenchmateError(
          'NOT_FOUND',
          `You have reviewed no earlier version of ${ref.model}.`,
          'Name one to compare with: --since <version>.',
        );
      const before = (await engine.modelReviews.show.query({ ...ref, version: wanted })).version;
      const card = diffCards(before.description, version.description);
      const runs = await comparedRuns(engine, before, version);
      const files = filesSentence(before, version);
      context.print({ since: wanted, card, runs: 'comparison' in runs ? runs.comparison : null, files }, () => [
        [part(`${ref.model} v${ref.version} since v${wanted}`, 'heading')],
        cell(''),
        [part('Card', 'heading')],
        ...(card.empty ? [cell('  as it was', 'muted')] : cardDiffLines(card)),
        cell(''),
        [part('Metrics and params', 'heading')],
        ...('comparison' in runs ? comparisonLines(runs.comparison) : [cell(`  ${runs.why}`, 'muted')]),
        cell(''),
        [part('Files', 'heading')] as TextLine,
        cell(`  ${files}`),
      ]);
    },
  });
}

/** A teammate's run is here only once it was shared. */
async function comparedRuns(engine: EngineClient, before: ModelVersion, after: ModelVersion) {
  if (before.runId === null || after.runId === null) return { why: 'not both versions name a run' };
  if (before.runId === after.runId) return { why: 'of the same run' };
  const [old, current] = await Promise.all([runHere(engine, before.runId), runHere(engine, after.runId)]);
  if (!old || !current)
    return { why: 'not both runs are here; who logged them can share them: benchmate runs share RUN' };
  return { comparison: compareRuns([old, current], { baseline: old, directions: {}, primaryMetric: null }) };
}

async function runHere(engine: EngineClient, runId: string): Promise<Run | null> {
  try {
    return await engine.runs.get.query({ runId });
  } catch (error) {
    if (toErrorShape(error).code === 'NOT_FOUND') return null;
    throw error;
  }
}

function filesSentence(before: ModelVersion, after: ModelVersion): string {
  if (before.files && after.files)
    return before.files.manifest === after.files.manifest
      ? 'the same, byte by byte'
      : `${before.files.count} files before, ${after.files.count} now; not the same`;
  return before.source === after.source ? `from the same place: ${after.source}` : `${before.source} → ${after.source}`;
}
