import type { Command } from 'commander';
import { addGroup, addLeaf, option } from '../command.ts';
import { ago, shortId } from '../output/describe.ts';
import { table } from '../output/table.ts';
import { cell } from '../output/terminal.ts';
import { part } from '@benchmate/shared/diff/text-line';
import { pickById } from '../pick-by-id.ts';
import { bodyOptions, readBody, type BodyOptions } from '../read-body.ts';
import { findProject, needProject } from '../this-project.ts';
import type { Context } from '../context.ts';
import { linksIn, parseBenchLink } from '@benchmate/shared/domain/bench-link';
import type { Note } from '@benchmate/shared/domain/note';
import { noteTemplates, type NoteTemplate } from '@benchmate/shared/domain/note-template';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { EngineClient } from '@benchmate/shared/protocol/engine';

/** `benchmate notes …` */
export function registerNotes(program: Command): void {
  const group = addGroup(program, 'notes', 'notes that the team writes together', 'benchmate notes list');

  addLeaf<{ project?: string; about?: string }>(group, {
    spec: 'list',
    description: 'notes of the project around the working directory, else all',
    examples: ['benchmate notes list', 'benchmate notes list --about model:churn'],
    options: [option('--project <name>', 'folder, id or name of a project'), aboutOption('only those about')],
    run: async (context, _args, { project: wanted, about: thing }) => {
      const project = await findProject(context, wanted);
      const engine = await context.engine();
      const about = thing === undefined ? undefined : await wholeTarget(engine, thing);
      const notes = await engine.notes.list.query({
        ...(project && about === undefined && { projectId: project.projectId }),
        ...(about !== undefined && { about }),
      });
      context.print(notes, () =>
        notes.length === 0
          ? ['There is no note yet. `benchmate notes new "Title"` writes the first.']
          : table(
              [
                { title: 'note', least: 16 },
                { title: 'about', least: 8 },
                { title: 'by', least: 8 },
                { title: 'written' },
                { title: 'id' },
              ],
              notes.map(note => [
                cell(`${{ open: '', encrypted: '🔒 ', locked: '🔒 (no key yet) ' }[note.privacy]}${note.title}`),
                cell(note.about ?? 'project', 'muted'),
                cell(note.author.name),
                cell(ago(note.createdAt), 'muted'),
                cell(shortId(note.noteId), 'muted'),
              ]),
              context.terminal.width,
            ),
      );
    },
  });

  addLeaf(group, {
    spec: 'show <note>',
    description: 'a note as Markdown: by title, id or the beginning of an id',
    examples: ['benchmate notes show "Why v9"'],
    run: async (context, [wanted]) => {
      const note = await pickNote(context, String(wanted));
      const engine = await context.engine();
      const hrefs = linksIn(note.body);
      const links = hrefs.length === 0 ? [] : await engine.links.resolve.query({ projectId: note.projectId, hrefs });
      const from = await engine.links.backlinks.query({ target: `note:${note.noteId}` });
      context.print({ ...note, links, backlinks: from }, () => [
        [part(note.title, 'heading')],
        cell(
          `${note.author.name}, ${ago(note.createdAt)}${note.about === null ? '' : `, about ${note.about}`}${note.privacy === 'open' ? '' : ', encrypted'}`,
          'muted',
        ),
        ...(note.notice ? [cell(note.notice, 'warning')] : []),
        '',
        note.body,
        ...links.map(({ href, value, says, state }) =>
          cell(`${href} = ${state === 'found' ? `${value} (${says})` : says}`, state === 'found' ? 'muted' : 'warning'),
        ),
        ...from.map(({ kind, title, author }) => cell(`↩ ${kind} ${title}, ${author.name}`, 'muted')),
      ]);
    },
  });

  addLeaf<BodyOptions & { project?: string; about?: string; template?: string }>(group, {
    spec: 'new <title>',
    description: 'write a note',
    examples: [
      'benchmate notes new "Why v9" --body "Calibration is better."',
      'benchmate notes new Findings --file findings.md',
      'benchmate notes new "Ship v9?" --template decision --about model:churn',
    ],
    options: [
      ...bodyOptions(),
      option('--project <name>', 'folder, id or name of a project'),
      aboutOption('what it is about'),
      option('--template <name>', 'what it begins as; decision: context, options, decision, evidence').choices([
        ...noteTemplates,
      ]),
    ],
    run: async (context, [title], { project: wanted, about: thing, template, ...body }) => {
      const { projectId } = await needProject(context, wanted);
      const engine = await context.engine();
      const about = thing === undefined ? undefined : await wholeTarget(engine, thing);
      const request = {
        projectId,
        title: String(title),
        body: (await readBody(body)) ?? '',
        ...(template !== undefined && { template: template as NoteTemplate }),
        ...(about !== undefined && { about }),
      };
      const note = await engine.notes.create.mutate(request);
      context.print(note, () => [`The note “${note.title}” is written (${shortId(note.noteId)}).`]);
    },
  });

  addLeaf<BodyOptions>(group, {
    spec: 'write <note>',
    description: 'replace the text of a note; what others write in it meanwhile is merged',
    examples: ['benchmate notes write "Why v9" --file why.md', 'date | benchmate notes write "Why v9" --file -'],
    options: bodyOptions(),
    run: async (context, [wanted], options) => {
      const { noteId } = await pickNote(context, String(wanted));
      const body = (await readBody(options)) ?? (await readBody({ file: '-' })) ?? '';
      const note = await (await context.engine()).notes.write.mutate({ noteId, body });
      context.print(note, () => [`The note “${note.title}” is written.`]);
    },
  });

  addLeaf<{ project?: string }>(group, {
    spec: 'encrypt',
    description: 'have notes and comments of a project encrypted from now on; it cannot be ended',
    examples: ['benchmate notes encrypt --project churn'],
    options: [option('--project <name>', 'folder, id or name of a project')],
    run: async (context, _args, { project: wanted }) => {
      const { projectId, name } = await needProject(context, wanted);
      const state = await (await context.engine()).encryption.begin.mutate({ projectId });
      context.print(state, () => [
        `What is written in notes and comments of ${name} from now on, the sync server cannot read. Titles it can.`,
      ]);
    },
  });
}

const aboutOption = (what: string) => option('--about <thing>', `${what}: run:<id>, model:<name> or dataset:<name>`);

/** A run by its whole id, so that it stays the same run when others come. */
async function wholeTarget(engine: EngineClient, thing: string): Promise<string> {
  const link = parseBenchLink(thing);
  if (link?.kind === 'run') return `run:${(await engine.runs.get.query({ runId: link.run })).runId}`;
  if (link?.kind === 'model' && link.version === null) return thing;
  if (link?.kind === 'dataset') return thing;
  throw new BenchmateError(
    'BAD_REQUEST',
    `'${thing}' is nothing that a note can be about.`,
    'Give run:<id>, model:<name> or dataset:<name>.',
  );
}

async function pickNote(context: Context, wanted: string): Promise<Note> {
  const engine = await context.engine();
  const notes = await engine.notes.list.query({});
  const { noteId } = pickById(notes, wanted, { what: 'note', id: note => note.noteId, name: note => note.title });
  return engine.notes.get.query({ noteId });
}
