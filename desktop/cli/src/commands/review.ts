import { readFile } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import type { Command } from 'commander';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Project } from '@benchmate/shared/domain/project';
import type { Thread } from '@benchmate/shared/domain/review';
import { anchorAt } from '../anchor-at.ts';
import { addGroup, addLeaf, numberOption, option } from '../command.ts';
import type { Context } from '../context.ts';
import { threadLines } from '../output/thread-lines.ts';
import { pickById } from '../pick-by-id.ts';
import { bodyOptions, readBody, type BodyOptions } from '../read-body.ts';
import { folderOf, needProject } from '../this-project.ts';

/** `benchmate review …`: comment threads on files. */
export function registerReview(program: Command): void {
  const group = addGroup(program, 'review', 'comment threads on the files of a project', 'benchmate review threads');

  addLeaf<{ project?: string; all?: boolean }>(group, {
    spec: 'threads [path]',
    description: 'open threads, of one file or of all',
    examples: ['benchmate review threads MODEL_CARD.md'],
    options: [option('--all', 'resolved ones, too'), ofProject()],
    run: async (context, [path], { project: wanted, all }) => {
      const project = await needProject(context, wanted);
      const query = {
        projectId: project.projectId,
        ...(path === undefined ? {} : { path: pathIn(project, String(path)) }),
      };
      const threads = await (await context.engine()).reviews.threads.query(query);
      const shown = threads.filter(({ resolved }) => all || !resolved);
      context.print(shown, () => (shown.length === 0 ? ['No thread is open.'] : shown.flatMap(threadLines)));
    },
  });

  addLeaf<BodyOptions & { quote?: string; line?: number; project?: string }>(group, {
    spec: 'comment <path>',
    description: 'start a thread on a line, or on the first place of a text',
    examples: ['benchmate review comment MODEL_CARD.md --quote "AUC 0.91" --body "On which split?"'],
    options: [
      option('--quote <text>', 'the words it is about'),
      numberOption('--line <n>', 'the line it is about, from 1'),
      ...bodyOptions(),
      ofProject(),
    ],
    run: async (context, [given], { quote, line, project: wanted, ...options }) => {
      const project = await needProject(context, wanted);
      const path = pathIn(project, String(given));
      const body = await needBody(options);
      const content = await readFile(join(folderOf(project), path), 'utf8').catch(() => {
        throw new BenchmateError('NOT_FOUND', `There is no file ${path} in ${project.name}.`, 'Check the path.');
      });
      const anchor = anchorAt(content, quote === undefined ? { line: line ?? 1 } : { quote });
      const thread = await (
        await context.engine()
      ).reviews.start.mutate({ projectId: project.projectId, path, anchor, body });
      context.print(thread, () => threadLines(thread));
    },
  });

  addLeaf<BodyOptions & { project?: string }>(group, {
    spec: 'reply <thread>',
    description: 'answer in a thread',
    examples: ['benchmate review reply 3f2a --body "On the test split."'],
    options: [...bodyOptions(), ofProject()],
    run: async (context, [wanted], { project, ...options }) => {
      const { threadId } = await pickThread(context, String(wanted), project);
      const thread = await (await context.engine()).reviews.reply.mutate({ threadId, body: await needBody(options) });
      context.print(thread, () => threadLines(thread));
    },
  });

  addLeaf<{ reopen?: boolean; project?: string }>(group, {
    spec: 'resolve <thread>',
    description: 'close a thread, or open it again',
    examples: ['benchmate review resolve 3f2a'],
    options: [option('--reopen', 'open it again'), ofProject()],
    run: async (context, [wanted], { project, reopen = false }) => {
      const { threadId } = await pickThread(context, String(wanted), project);
      const thread = await (await context.engine()).reviews.resolve.mutate({ threadId, resolved: !reopen });
      context.print(thread, () => threadLines(thread));
    },
  });
}

const ofProject = () => option('--project <name>', 'folder, id or name of a project');

async function pickThread(context: Context, wanted: string, project: string | undefined): Promise<Thread> {
  const { projectId } = await needProject(context, project);
  const threads = await (await context.engine()).reviews.threads.query({ projectId });
  return pickById(threads, wanted, { what: 'thread', id: ({ threadId }) => threadId });
}

async function needBody(options: BodyOptions): Promise<string> {
  const body = (await readBody(options))?.trim();
  if (body) return body;
  throw new BenchmateError('BAD_REQUEST', 'The comment is empty.', 'Add --body "…" or --file <path>.');
}

/** A path as typed, seen from the root of the project, with POSIX separators. */
function pathIn(project: Project, given: string): string {
  const root = folderOf(project);
  const path = relative(root, resolve(process.cwd(), given)).split(sep).join('/');
  const outside = path.startsWith('../');
  // From somewhere else, a path is meant from the root of the project.
  return outside ? relative(root, resolve(root, given)).split(sep).join('/') : path;
}
