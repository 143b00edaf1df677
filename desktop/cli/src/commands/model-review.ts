import { Option, type Command } from 'commander';
import type { ModelReview, ReviewVerdict } from '@benchmate/shared/domain/model-review';
import { addLeaf, option, repeatedOption } from '../command.ts';
import type { Context } from '../context.ts';
import { reviewLines } from '../output/review-lines.ts';
import { reviewersFileName } from '../reviewers.ts';
import { pathIn } from '../place-in-file.ts';
import { needProject } from '../this-project.ts';
import { versionNumber } from '../version-number.ts';
import {
  checkedText,
  filesChecked,
  groupsText,
  registerFileCheck,
  requestFile,
  showFile,
  submitFile,
} from './file-review.ts';

const verdictNames: Record<string, ReviewVerdict> = {
  approve: 'approve',
  changes: 'request-changes',
  comment: 'comment',
};

/** `benchmate review request|show|approve|changes|submit|decline`: of a version of a model, or without a version of a file. */
export function registerModelReview(group: Command): void {
  registerRequired(group);
  registerFileCheck(group);

  addLeaf(group, {
    spec: 'show <subject> [version]',
    description: 'a review from top to bottom: who is asked, what promotions need, verdicts, what changed, threads',
    examples: ['benchmate review show churn 9', 'benchmate review show MODEL_CARD.md'],
    run: async (context, args) => {
      if (isFile(args)) return showFile(context, String(args[0]));
      const review = await (await context.engine()).modelReviews.show.query(versionOf(args));
      await printReview(context, review);
    },
  });

  addLeaf<{ from?: string[]; comment?: string; withdraw?: boolean }>(group, {
    spec: 'request <subject> [version]',
    description: 'ask people for a verdict; without a name: those whose approval it lacks. Asking again opens it again',
    examples: [
      'benchmate review request churn 9 --from Ben --comment "The slices, please"',
      'benchmate review request MODEL_CARD.md --from Ben',
    ],
    options: [
      repeatedOption('--from <name>', 'whom to ask'),
      option('--comment <text>', 'what it is about'),
      option('--withdraw', 'take back what you asked of them'),
    ],
    run: async (context, args, { from = [], comment = '', withdraw }) => {
      if (isFile(args)) return requestFile(context, String(args[0]), { from, comment, withdraw });
      const { modelReviews } = await context.engine();
      const request = { ...versionOf(args), people: from, comment };
      await printReview(context, await (withdraw ? modelReviews.withdraw : modelReviews.request).mutate(request));
    },
  });

  addLeaf<{ comment?: string }>(group, {
    spec: 'decline <subject> [version]',
    description: 'say that you will not review what you were asked to',
    examples: [
      'benchmate review decline churn 9 --comment "On leave until Monday"',
      'benchmate review decline MODEL_CARD.md',
    ],
    options: [option('--comment <text>', 'why')],
    run: async (context, args, { comment = '' }) => {
      const engine = await context.engine();
      const { me } = await engine.team.state.query();
      if (isFile(args)) return requestFile(context, String(args[0]), { from: [me.person], comment, withdraw: true });
      const request = { ...versionOf(args), people: [me.person], comment };
      await printReview(context, await engine.modelReviews.withdraw.mutate(request));
    },
  });

  for (const [name, description] of [
    ['approve', 'approve a version that somebody else registered, or a file as it is, signed'],
    ['changes', 'ask for changes, signed; an approval that you gave is taken back'],
  ] as const)
    addLeaf<{ comment?: string }>(group, {
      spec: `${name} <subject> [version]`,
      description,
      examples: [
        `benchmate review ${name} churn 9 --comment "The slices ${name === 'approve' ? 'hold' : 'do not hold'}"`,
        `benchmate review ${name} MODEL_CARD.md`,
      ],
      options: [option('--comment <text>', 'why')],
      run: async (context, args, { comment = '' }) => {
        if (isFile(args)) return submitFile(context, String(args[0]), { verdict: verdictNames[name]!, comment });
        const request = { ...versionOf(args), verdict: verdictNames[name]!, comment };
        await printReview(context, await (await context.engine()).modelReviews.submit.mutate(request));
      },
    });

  addLeaf<{ verdict: string; comment?: string }>(group, {
    spec: 'submit <subject> [version]',
    description: 'give a verdict and publish the comments that you drafted, at once',
    examples: [
      'benchmate review submit churn 9 --verdict changes --comment "See the threads"',
      'benchmate review submit MODEL_CARD.md --comment "See the threads"',
    ],
    options: [
      new Option('--verdict <verdict>', '`comment` is without a vote')
        .choices(Object.keys(verdictNames))
        .default('comment'),
      option('--comment <text>', 'in a few words'),
    ],
    run: async (context, args, { verdict, comment = '' }) => {
      if (isFile(args))
        return submitFile(context, String(args[0]), { verdict: verdictNames[verdict]!, comment, withDrafts: true });
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
      const [checked] = await filesChecked(context, project, [pathIn(project, String(path))]);
      const { path: inProject, people, content } = checked!;
      context.print(checked, () => [
        people.length === 0
          ? `${reviewersFileName} names nobody for ${inProject}.`
          : `${inProject}: ${groupsText(people)}`,
        ...(people.length > 0 && content !== null ? [checkedText(checked!)] : []),
      ]);
    },
  });
}

/** What is reviewed has a version, unless it is a file. */
const isFile = (args: readonly unknown[]): boolean => args[1] === undefined;

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
