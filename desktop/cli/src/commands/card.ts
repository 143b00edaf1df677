import { basename, dirname, join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import type { CardFinding } from '@benchmate/shared/domain/card-finding';
import { part, type TextLine } from '@benchmate/shared/diff/text-line';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { errorCodes } from '@benchmate/shared/errors/codes';
import { diffCards } from '@benchmate/shared/diff/card-diff';
import { cardDiffLines, cardDiffMarkdown } from '@benchmate/shared/diff/card-diff-text';
import { flattenParams } from '@benchmate/shared/formats/params-file';
import { updateCardFromRun } from '@benchmate/shared/formats/update-card-from-run';
import { addGroup, addLeaf, option, repeatedOption } from '../command.ts';
import type { CardFormat } from '../card/export-card.ts';
import type { Context } from '../context.ts';
import { fileAt } from '../git-file.ts';
import { replaceFile } from '@benchmate/shared/node/replace-file';
import { readTextFile } from '../text-file.ts';
import { findProject, folderOf, needProject } from '../this-project.ts';

/** `benchmate card …`: the model card, a file in git. */
export function registerCard(program: Command): void {
  const group = addGroup(program, 'card', 'the model card and what changed in it', 'benchmate card diff');

  addLeaf<{ from: string; markdown?: boolean; project?: string }>(group, {
    spec: 'diff [path]',
    description: 'what the model card says now that it did not say in git: results as numbers, prose as words',
    examples: ['benchmate card diff', 'benchmate card diff MODEL_CARD.md --from v1.2 --markdown'],
    options: [
      option('--from <revision>', 'compare with this revision').default('HEAD'),
      option('--markdown', 'as Markdown, for a pull request'),
      option('--project <name>', 'folder, id or name of a project'),
    ],
    run: async (context, [path], { from, markdown, project: wanted }) => {
      const { file, within, directions } = await cardOf(context, path === undefined ? undefined : String(path), wanted);
      const [before, after] = await Promise.all([fileAt(file, from), readTextFile(file, { within })]);
      const diff = diffCards(before, after, directions);
      context.print(diff, () => (markdown ? [cardDiffMarkdown(diff).trimEnd()] : cardDiffLines(diff)));
    },
  });

  addLeaf<{ metric?: string[]; project?: string }>(group, {
    spec: 'update <run> [path]',
    description: 'write the results of a run into the model card; prose of people stays as it is',
    examples: ['benchmate card update tidy-otter-12', 'benchmate card update 3f2a --metric val_auc'],
    options: [
      repeatedOption('--metric <name>', 'only this metric'),
      option('--project <name>', 'folder, id or name of a project'),
    ],
    run: async (context, [name, path], { metric, project: wanted }) => {
      const run = await (await context.engine()).runs.get.query({ runId: String(name) });
      const given = path === undefined ? undefined : String(path);
      const { file, within, directions, model, paramsFile } = await cardOf(
        context,
        given,
        wanted ?? run.projectId ?? undefined,
      );
      const before = await readTextFile(file, { within });
      const params = paramsFile ? await readTextFile(paramsFile) : null;
      const after = updateCardFromRun(before ?? '', run, {
        directions,
        ...(params ? { paramKeys: Object.keys(flattenParams(params, paramsFile ?? undefined)) } : {}),
        ...(metric ? { metrics: metric } : {}),
        ...(model ? { model } : {}),
      });
      if (after !== before) await replaceFile(file, after);
      const diff = diffCards(before, after, directions);
      context.print(diff, () => [`${file} has the results of ${run.name}.`, ...cardDiffLines(diff)]);
    },
  });

  addLeaf<{ project?: string }>(group, {
    spec: 'lint [path]',
    description:
      'numbers that do not fit their runs, and what Hugging Face would refuse; exits with 1 for errors and warnings',
    examples: ['benchmate card lint', 'benchmate card lint README.md --json'],
    options: [option('--project <name>', 'folder, id or name of a project')],
    run: async (context, [path], { project: wanted }) => {
      const card = await cardOf(context, path === undefined ? undefined : String(path), wanted);
      const { file, projectId } = card;
      const text = await needCard(card, { anyBytes: true });
      const { findings } = await (await context.engine()).cards.check.mutate({ projectId, text });
      context.print({ file, findings }, () => findingLines(file, findings));
      return findings.some(({ severity }) => severity !== 'info') ? 1 : 0;
    },
  });

  addLeaf<{ fromRun: string; project?: string; force?: boolean }>(group, {
    spec: 'new [path]',
    description:
      'a first card from a run: results, params, data and environment; what people have to say is left open, and marked',
    examples: ['benchmate card new --from-run tidy-otter-12'],
    options: [
      option('--from-run <run>', 'id, beginning of an id, or name of the run').makeOptionMandatory(),
      option('--force', 'replace a card that is there'),
      option('--project <name>', 'folder, id or name of a project'),
    ],
    run: async (context, [path], { fromRun, force, project: wanted }) => {
      const run = await (await context.engine()).runs.get.query({ runId: fromRun });
      const given = path === undefined ? undefined : String(path);
      const card = await cardOf(context, given, wanted ?? run.projectId ?? undefined);
      if (!force && (await readTextFile(card.file, { within: card.within, anyBytes: true })) !== null)
        throw new BenchmateError(
          'ALREADY_EXISTS',
          `${card.file} is there already.`,
          'Enter the run with `benchmate card update`, or replace it with --force.',
        );
      const { newCard } = await import('@benchmate/shared/cards/new-card');
      const params = card.paramsFile ? await readTextFile(card.paramsFile) : null;
      const text = newCard(run, {
        model: card.model ?? run.experimentName,
        directions: card.directions,
        ...(params ? { paramKeys: Object.keys(flattenParams(params, card.paramsFile ?? undefined)) } : {}),
      });
      await replaceFile(card.file, text);
      const open = text.split('[More Information Needed]').length - 1;
      context.print({ file: card.file, runId: run.runId, open }, () => [
        `${card.file} has the facts of ${run.name}; ${open} places wait for people: [More Information Needed].`,
      ]);
    },
  });

  addLeaf<{ format: CardFormat; output?: string; project?: string }>(group, {
    spec: 'export [path]',
    description:
      'the card as CycloneDX ML-BOM 1.6, Google Model Card or SageMaker model card: JSON on stdout, or in a file',
    examples: ['benchmate card export --format cyclonedx', 'benchmate card export --format google --output card.json'],
    options: [
      option('--format <format>', 'what to write').choices(['cyclonedx', 'google', 'sagemaker']).makeOptionMandatory(),
      option('--output <file>', 'write it into this file'),
      option('--project <name>', 'folder, id or name of a project'),
    ],
    run: async (context, [path], { format, output, project: wanted }) => {
      const card = await cardOf(context, path === undefined ? undefined : String(path), wanted);
      const { file, model } = card;
      const { exportCard } = await import('../card/export-card.ts');
      const document = exportCard(await needCard(card), format, model ?? basename(dirname(file)));
      if (output === undefined) {
        context.print(document, () => [JSON.stringify(document, null, 2)]);
        return;
      }
      await replaceFile(resolve(output), `${JSON.stringify(document, null, 2)}\n`);
      context.print({ file: resolve(output) }, () => [`${file} is in ${output}.`]);
    },
  });

  addLeaf(group, {
    spec: 'merge <base> <ours> <theirs> [path]',
    description: 'what git calls to merge a model card (see `snapshot setup`); the result replaces <ours>',
    examples: ['git config merge.benchmate-card.driver "benchmate card merge %O %A %B %P"'],
    run: async (context, [base, ours, theirs, path]) => {
      const { mergeCardForGit } = await import('../card/git-driver.ts');
      const name = String(path ?? ours);
      const result = await mergeCardForGit(String(base), String(ours), String(theirs), name);
      context.print(result, () => [
        ...(result.asText === null ? [] : [`${name} was merged by lines: ${result.asText}`]),
        ...result.conflicts.map(({ place }) => `Both sides changed ${place} in ${name}: both are kept, and marked.`),
      ]);
      return result.merged ? 0 : errorCodes.CONFLICT.exit;
    },
  });
}

/** The card that is meant; one that is named by its path needs no project. */
async function cardOf(context: Context, path: string | undefined, wanted: string | undefined) {
  const project = path === undefined ? await needProject(context, wanted) : await findProject(context, wanted);
  const file = path === undefined ? join(folderOf(project!), project!.card) : resolve(path);
  const paramsFile = project?.dir ? join(project.dir, project.params) : null;
  return {
    file,
    /** A file that somebody names by its path may lie anywhere. */
    within: path === undefined ? folderOf(project!) : undefined,
    paramsFile,
    projectId: project?.projectId ?? null,
    directions: project?.directions ?? {},
    model: project?.model ?? null,
  };
}

type Card = Pick<Awaited<ReturnType<typeof cardOf>>, 'file' | 'within'>;

/** As compilers write them, so that terminals and editors make links of places. */
function findingLines(file: string, findings: readonly CardFinding[]): TextLine[] {
  if (findings.length === 0) return [[part('Nothing to say against this card.', 'muted')]];
  const tones = { error: 'bad', warning: 'warning', info: 'muted' } as const;
  return findings.map(({ line, column, severity, message, rule, fixes }) => [
    part(`${relative(process.cwd(), file) || file}:${line}:${column} `),
    part(severity, tones[severity]),
    part(` ${message} `),
    part(`${rule}${fixes.length > 0 ? `; ${fixes.map(({ title }) => title).join(', or ')}` : ''}`, 'muted'),
  ]);
}

async function needCard({ file, within }: Card, how: { anyBytes?: boolean } = {}): Promise<string> {
  const text = await readTextFile(file, { within, ...how });
  if (text !== null) return text;
  throw new BenchmateError('NOT_FOUND', `There is no card ${file}.`, 'Name it, or make one with `benchmate card new`.');
}
