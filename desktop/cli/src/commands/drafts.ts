import type { Command } from 'commander';
import type { Draft } from '@benchmate/shared/domain/draft';
import { part, type TextLine } from '@benchmate/shared/diff/text-line';
import { addGroup, addLeaf, option } from '../command.ts';
import type { Context } from '../context.ts';
import { ago, shortId } from '../output/describe.ts';
import { table } from '../output/table.ts';
import { cell } from '../output/terminal.ts';
import { threadLines } from '../output/thread-lines.ts';
import { pickById } from '../pick-by-id.ts';
import { placeInFile, placeOptions, type PlaceOptions } from '../place-in-file.ts';
import { bodyOptions, readBody, type BodyOptions } from '../read-body.ts';
import { findProject, needProject } from '../this-project.ts';
import { pickThread } from './review.ts';

/** `benchmate drafts …`: notes and comments that only this device has. */
export function registerDrafts(program: Command): void {
  const group = addGroup(program, 'drafts', 'notes and comments on this device alone', 'benchmate drafts list');

  addLeaf<{ project?: string }>(group, {
    spec: 'list',
    description: 'drafts of the project around the working directory, else all',
    examples: ['benchmate drafts list'],
    options: [ofProject()],
    run: async (context, _args, { project: wanted }) => {
      const project = await findProject(context, wanted);
      const drafts = await (await context.engine()).drafts.list.query(project ? { projectId: project.projectId } : {});
      context.print(drafts, () =>
        drafts.length === 0
          ? ['There is no draft. `benchmate drafts note "Title"` begins one.']
          : table(
              [{ title: 'draft', least: 16 }, { title: 'begun' }, { title: 'id' }],
              drafts.map(draft => [
                cell(nameOf(draft)),
                cell(ago(draft.createdAt), 'muted'),
                cell(shortId(draft.draftId), 'muted'),
              ]),
              context.terminal.width,
            ),
      );
    },
  });

  addLeaf<BodyOptions & { project?: string }>(group, {
    spec: 'note <title>',
    description: 'begin a note that nobody else sees',
    examples: ['benchmate drafts note "Why v9" --body "Not sure yet."'],
    options: [...bodyOptions(), ofProject()],
    run: async (context, [title], { project: wanted, ...body }) => {
      const { projectId } = await needProject(context, wanted);
      const target = { kind: 'note' as const, title: String(title) };
      const request = { projectId, target, body: (await readBody(body)) ?? '' };
      printBegun(context, await (await context.engine()).drafts.create.mutate(request));
    },
  });

  addLeaf<BodyOptions & PlaceOptions & { project?: string }>(group, {
    spec: 'comment <path>',
    description: 'begin a comment on a line, or on the first place of a text, that nobody else sees',
    examples: ['benchmate drafts comment MODEL_CARD.md --quote "AUC 0.91" --body "On which split?"'],
    options: [...placeOptions(), ...bodyOptions(), ofProject()],
    run: async (context, [given], { project: wanted, ...options }) => {
      const project = await needProject(context, wanted);
      const place = await placeInFile(project, String(given), options);
      const request = {
        projectId: project.projectId,
        target: { kind: 'thread' as const, ...place },
        body: (await readBody(options)) ?? '',
      };
      printBegun(context, await (await context.engine()).drafts.create.mutate(request));
    },
  });

  addLeaf<BodyOptions & { project?: string }>(group, {
    spec: 'reply <thread>',
    description: 'begin an answer in a thread that nobody else sees',
    examples: ['benchmate drafts reply 3f2a --body "On the test split."'],
    options: [...bodyOptions(), ofProject()],
    run: async (context, [wanted], { project, ...options }) => {
      const { threadId, projectId } = await pickThread(context, String(wanted), project);
      const request = {
        projectId,
        target: { kind: 'reply' as const, threadId },
        body: (await readBody(options)) ?? '',
      };
      printBegun(context, await (await context.engine()).drafts.create.mutate(request));
    },
  });

  addLeaf(group, {
    spec: 'show <draft>',
    description: 'a draft as Markdown: by title, id or the beginning of an id',
    examples: ['benchmate drafts show "Why v9"'],
    run: async (context, [wanted]) => {
      const draft = await pickDraft(context, String(wanted));
      context.print(draft, (): (string | TextLine)[] => [
        [part(nameOf(draft), 'heading')],
        cell(`draft on this device, begun ${ago(draft.createdAt)}`, 'muted'),
        '',
        draft.body,
      ]);
    },
  });

  addLeaf<BodyOptions>(group, {
    spec: 'write <draft>',
    description: 'replace the text of a draft',
    examples: ['benchmate drafts write "Why v9" --file why.md'],
    options: bodyOptions(),
    run: async (context, [wanted], options) => {
      const { draftId } = await pickDraft(context, String(wanted));
      const body = (await readBody(options)) ?? (await readBody({ file: '-' })) ?? '';
      const draft = await (await context.engine()).drafts.write.mutate({ draftId, body });
      context.print(draft, () => [`The draft “${nameOf(draft)}” is written.`]);
    },
  });

  addLeaf(group, {
    spec: 'publish <draft>',
    description: 'give a draft to the team; what it held before its present text goes nowhere',
    examples: ['benchmate drafts publish "Why v9"'],
    run: async (context, [wanted]) => {
      const { draftId } = await pickDraft(context, String(wanted));
      const published = await (await context.engine()).drafts.publish.mutate({ draftId });
      context.print(published, () =>
        published.thread ? threadLines(published.thread) : [`The note “${published.note?.title ?? ''}” is published.`],
      );
    },
  });

  addLeaf(group, {
    spec: 'discard <draft>',
    description: 'throw a draft away for good',
    examples: ['benchmate drafts discard "Why v9"'],
    run: async (context, [wanted]) => {
      const { draftId } = await pickDraft(context, String(wanted));
      const draft = await (await context.engine()).drafts.discard.mutate({ draftId });
      context.print(draft, () => [`The draft “${nameOf(draft)}” is thrown away.`]);
    },
  });
}

const ofProject = () => option('--project <name>', 'folder, id or name of a project');

function nameOf({ target }: Draft): string {
  if (target.kind === 'note') return target.title;
  return target.kind === 'thread' ? `Comment on ${target.path}:${target.anchor.line + 1}` : 'Answer in a thread';
}

function printBegun(context: Context, draft: Draft): void {
  context.print(draft, () => [`“${nameOf(draft)}” is a draft on this device (${shortId(draft.draftId)}).`]);
}

async function pickDraft(context: Context, wanted: string): Promise<Draft> {
  const drafts = await (await context.engine()).drafts.list.query({});
  return pickById(drafts, wanted, { what: 'draft', id: ({ draftId }) => draftId, name: nameOf });
}
