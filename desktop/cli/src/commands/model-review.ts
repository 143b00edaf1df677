import { join } from 'node:path';
import { Option, type Command } from 'commander';
import type { ModelReview, ReviewVerdict } from '@benchmate/shared/domain/model-review';
import { addLeaf, option, repeatedOption } from '../command.ts';
import type { Context } from '../context.ts';
import { reviewLines } from '../output/review-lines.ts';
import { readReviewers, reviewersFileName, reviewersOfPath } from '../reviewers.ts';
import { pathIn } from '../place-in-file.ts';
import { folderOf, needProject } from '../this-project.ts';
import { versionNumber } from '../version-number.ts';

const verdictNames: Record<string, ReviewVerdict> = {
  approve: 'approve',
  changes: 'request-changes',
  comment: 'comment',
};

/** `benchmate review request|show|approve|changes|submit|decline`: reviews of model versions. */
export function registerModelReview(group: Command): void {
  registerRequired(group);

  addLeaf(group, {
    spec: 'show <model> <version>',
    description: 'a review from top to bottom: who is asked, what promotions need, verdicts, what changed, threads',
    examples: ['benchmate review show churn 9'],
    run: async (context, args) => {
      const review = await (await context.engine()).modelReviews.show.query(versionOf(args));
      await printReview(context, review);
    },
  });

  addLeaf<{ from?: string[]; comment?: string; withdraw?: boolean }>(group, {
    spec: 'request <model> <version>',
    description: 'ask people for a verdict; without a name: those whose approval it lacks. Asking again opens it again',
    examples: ['benchmate review request churn 9 --from Ben --comment "The slices, please"'],
    options: [
      repeatedOption('--from <name>', 'whom to ask'),
      option('--comment <text>', 'what it is about'),
      option('--withdraw', 'take back what you asked of them'),
    ],
    run: async (context, args, { from = [], comment = '', withdraw }) => {
      const { modelReviews } = await context.engine();
      const request = { ...versionOf(args), people: from, comment };
      await printReview(context, await (withdraw ? modelReviews.withdraw : modelReviews.request).mutate(request));
    },
  });

  addLeaf<{ comment?: string }>(group, {
    spec: 'decline <model> <version>',
    description: 'say that you will not review what you were asked to',
    examples: ['benchmate review decline churn 9 --comment "On leave until Monday"'],
    options: [option('--comment <text>', 'why')],
    run: async (context, args, { comment = '' }) => {
      const engine = await context.engine();
      const { me } = await engine.team.state.query();
      const request = { ...versionOf(args), people: [me.person], comment };
      await printReview(context, await engine.modelReviews.withdraw.mutate(request));
    },
  });

  for (const [name, description] of [
    ['approve', 'approve a version that somebody else registered, signed'],
    ['changes', 'ask for changes to a version, signed; an approval that you gave is taken back'],
  ] as const)
    addLeaf<{ comment?: string }>(group, {
      spec: `${name} <model> <version>`,
      description,
      examples: [
        `benchmate review ${name} churn 9 --comment "The slices ${name === 'approve' ? 'hold' : 'do not hold'}"`,
      ],
      options: [option('--comment <text>', 'why')],
      run: async (context, args, { comment = '' }) => {
        const request = { ...versionOf(args), verdict: verdictNames[name]!, comment };
        await printReview(context, await (await context.engine()).modelReviews.submit.mutate(request));
      },
    });

  addLeaf<{ verdict: string; comment?: string }>(group, {
    spec: 'submit <model> <version>',
    description: 'give a verdict and publish the comments that you drafted, at once',
    examples: ['benchmate review submit churn 9 --verdict changes --comment "See the threads"'],
    options: [
      new Option('--verdict <verdict>', '`comment` is without a vote')
        .choices(Object.keys(verdictNames))
        .default('comment'),
      option('--comment <text>', 'in a few words'),
    ],
    run: async (context, args, { verdict, comment = '' }) => {
      const { modelReviews } = await context.engine();
      const ref = versionOf(args);
      const drafts = (await modelReviews.show.query(ref)).drafts.map(({ draftId }) => draftId);
      const request = { ...ref, verdict: verdictNames[verdict]!, comment, drafts };
      await printReview(context, await modelReviews.submit.mutate(request));
    },
  });
}

/** `benchmate review required`: who reviews what, as REVIEWERS says and as it counts. */
function registerRequired(group: Command): void {
  addLeaf<{ project?: string }>(group, {
    spec: 'required [path]',
    description: 'whose approval promotions need; with a file: who reviews it, as REVIEWERS says',
    examples: ['benchmate review required', 'benchmate review required MODEL_CARD.md'],
    options: [option('--project <name>', 'folder, id or name of a project')],
    run: async (context, [path], { project: wanted }) => {
      if (path === undefined) {
        const required = await (await context.engine()).modelReviews.required.query();
        const lines = required.rules.map(({ pattern, people }) => `${pattern}  ${groupsText(people)}`);
        const from = required.from ? [`From ${required.from}.`] : [];
        return context.print(required, () =>
          lines.length === 0 ? ['Nobody’s approval is required.'] : [...lines, ...from],
        );
      }
      const project = await needProject(context, wanted);
      const inProject = pathIn(project, String(path));
      const file = await readReviewers(join(folderOf(project), reviewersFileName));
      const people = file ? reviewersOfPath(file, inProject) : [];
      context.print({ path: inProject, people }, () => [
        people.length === 0
          ? `${reviewersFileName} names nobody for ${inProject}.`
          : `${inProject}: ${groupsText(people)}`,
      ]);
    },
  });
}

const groupsText = (people: readonly string[][]): string =>
  people.length === 0 ? 'nobody' : people.map(group => group.join(' or ')).join(', ');

const versionOf = ([model, version]: readonly (string | string[] | undefined)[]) => ({
  model: String(model),
  version: versionNumber(version),
});

async function printReview(context: Context, review: ModelReview): Promise<void> {
  const { projectId } = review;
  const needed = !context.json && projectId !== null && review.openThreads.length > 0;
  const threads = needed ? await (await context.engine()).reviews.threads.query({ projectId }) : [];
  context.print(review, () => reviewLines(review, threads));
}
