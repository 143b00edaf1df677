import type { Command } from 'commander';
import { part, type TextLine } from '@benchmate/shared/diff/text-line';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { agendaOf, openMinutes } from '@benchmate/shared/protocol/open-minutes';
import { addLeaf, option } from '../command.ts';
import { shortId } from '../output/describe.ts';
import { cell } from '../output/terminal.ts';
import { needProject } from '../this-project.ts';
import { versionNumber } from '../version-number.ts';

/** `benchmate review session`: what a meeting about a version goes through, and its minutes. */
export function registerReviewSession(group: Command): void {
  addLeaf<{ minutes?: boolean; project?: string }>(group, {
    spec: 'session <model> <version>',
    description: 'the agenda of a meeting: missing verdicts, what changed, open threads; and its minutes as a note',
    examples: ['benchmate review session churn 9', 'benchmate review session churn 9 --minutes'],
    options: [
      option('--minutes', 'begin a note in the project with the agenda, or name the one that was begun today'),
      option('--project <name>', 'folder, id or name of the project (default: the one that builds the model)'),
    ],
    run: async (context, [model, version], { minutes, project: wanted }) => {
      const engine = await context.engine();
      const review = await engine.modelReviews.show.query({ model: String(model), version: versionNumber(version) });
      const projectId = wanted === undefined ? review.projectId : (await needProject(context, wanted)).projectId;
      const agenda = await agendaOf(engine, review);
      const lines = [
        ...section('Verdicts that are missing', agenda.verdicts),
        ...section('To look at', agenda.parts),
        ...section(
          'Open threads',
          agenda.threads.map(({ threadId, text }) => `${text}  ${shortId(threadId)}`),
        ),
      ];
      if (!minutes) return context.print({ agenda, note: null }, () => lines);
      if (projectId === null)
        throw new BenchmateError('NOT_FOUND', `No project here builds ${review.model}.`, 'Name one: --project <name>.');
      const { note, isNew } = await openMinutes(engine, review, projectId);
      context.print({ agenda, note }, () => [
        ...lines,
        cell(
          `${isNew ? 'Minutes are begun' : 'The minutes are'} in the note “${note.title}” (${shortId(note.noteId)}).`,
        ),
      ]);
    },
  });
}

const section = (title: string, items: readonly string[]): TextLine[] => [
  [part(title, 'heading')],
  ...(items.length === 0 ? [cell('  none', 'muted')] : items.map(item => cell(`  ☐ ${item}`))),
  cell(''),
];
