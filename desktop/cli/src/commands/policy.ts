import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { parsePolicyFile, policyDifferences, type PolicyDifference } from '@benchmate/shared/formats/policy-file';
import { addGroup, addLeaf, option } from '../command.ts';
import type { Context } from '../context.ts';
import { lastCommitOf } from '../git-file.ts';
import { compareReviewers, reviewersFileName } from '../reviewers.ts';
import { projectRoot } from '../this-project.ts';

/** `benchmate policy …`: the team's rules as a file in git. */
export function registerPolicy(program: Command): void {
  const group = addGroup(
    program,
    'policy',
    'the rules of aliases, and who reviews, as files in git',
    'benchmate policy check',
  );

  addLeaf(group, {
    spec: 'check [file]',
    description:
      'whether the team’s rules are those of policies.yaml and REVIEWERS; fails when they are not, so that a build can tell',
    examples: ['benchmate policy check'],
    run: async (context, [given]) => {
      const reviewers = await compareReviewers(context, given?.toString());
      if (reviewers?.same === false)
        throw new BenchmateError(
          'CONFLICT',
          `Whose approval the team requires is not what ${reviewersFileName} says.`,
          'A maintainer makes it count with `benchmate policy apply`, or the file is changed.',
        );
      if (reviewers?.alone) return context.print({ differences: [] }, () => [asInFile]);
      const { file, differences } = await compare(context, given?.toString());
      if (differences.length > 0)
        throw new BenchmateError(
          'CONFLICT',
          `The team’s rules are not those of ${basename(file)}: ${differences.map(words).join('; ')}.`,
          'A maintainer makes them count with `benchmate policy apply`, or the file is changed.',
        );
      context.print({ differences }, () => [
        `The team’s rules are those of ${basename(file)}.`,
        ...(reviewers ? [asInFile] : []),
      ]);
    },
  });

  addLeaf<{ uncommitted?: boolean }>(group, {
    spec: 'apply [file]',
    description: 'make what policies.yaml and REVIEWERS say count, as signed facts that name its commit',
    examples: ['benchmate policy apply'],
    options: [option('--uncommitted', 'also while the file is not committed')],
    run: async (context, [given], { uncommitted = false }) => {
      const reviewers = await compareReviewers(context, given?.toString());
      const reviewersFrom = reviewers && (await origin(reviewers.file, uncommitted));
      const applyReviewers = async () => {
        if (reviewers?.same !== false) return;
        const { modelReviews } = await context.engine();
        await modelReviews.setRequired.mutate({ rules: reviewers.rules, from: reviewersFrom! });
      };
      const said = reviewers ? [reviewers.same ? asInFile : nowAsInFile(reviewers.rules.length)] : [];
      if (reviewers?.alone) {
        await applyReviewers();
        return context.print({ from: reviewersFrom, differences: [], reviewers: reviewers.rules }, () => said);
      }
      const { file, differences } = await compare(context, given?.toString());
      const from = await origin(file, uncommitted);
      const policies = Object.fromEntries(differences.map(({ alias, wanted }) => [alias, wanted]));
      if (differences.length > 0) await (await context.engine()).registry.setPolicies.mutate({ policies, from });
      await applyReviewers();
      context.print({ from, differences, ...(reviewers ? { reviewers: reviewers.rules } : {}) }, () => [
        ...(differences.length === 0
          ? ['Nothing differs.']
          : differences.map(({ alias, wanted }) => now(alias, wanted))),
        ...said,
      ]);
    },
  });
}

async function compare(
  context: Context,
  given: string | undefined,
): Promise<{ file: string; differences: PolicyDifference[] }> {
  const file = given === undefined ? join(projectRoot(process.cwd()) ?? '.', 'policies.yaml') : resolve(given);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const what = error.code === 'ENOENT' ? `There is no file ${file}.` : `${file} cannot be read (${error.code}).`;
    throw new BenchmateError(
      'NOT_FOUND',
      what,
      'Write one: `aliases:`, below it the name of an alias, and below that `approvals: 1`.',
    );
  });
  const wanted = parsePolicyFile(text, basename(file));
  const { registry } = await context.engine();
  return { file, differences: policyDifferences(wanted, await registry.policies.query()) };
}

/** Where a file's rules come from, for everybody to look up. */
async function origin(file: string, uncommitted: boolean): Promise<string> {
  const commit = await lastCommitOf(file);
  if (commit === null && !uncommitted)
    throw new BenchmateError(
      'CONFLICT',
      `${basename(file)} is not committed as it is.`,
      'Commit it, so that everybody can see what it said, or give --uncommitted.',
    );
  return `${basename(file)}${commit ? ` at ${commit.slice(0, 12)}` : ', not committed'}`;
}

const asInFile = `Whose approval the team requires is what ${reviewersFileName} says.`;
const nowAsInFile = (rules: number) =>
  `${rules === 1 ? '1 rule' : `${rules} rules`} of ${reviewersFileName} ${rules === 1 ? 'counts' : 'count'} now.`;
const words = ({ alias, now, wanted }: PolicyDifference) => `${alias} asks for ${now}, the file for ${wanted}`;
const now = (alias: string, count: number) =>
  `${alias} asks for ${count === 0 ? 'no approval' : count === 1 ? '1 approval' : `${count} approvals`} now.`;
