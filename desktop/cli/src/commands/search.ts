import type { Command } from 'commander';
import type { TextHit } from '@benchmate/shared/domain/text-hit';
import { part, type TextLine } from '@benchmate/shared/diff/text-line';
import { addLeaf, numberOption, option } from '../command.ts';
import { ago, shortId } from '../output/describe.ts';
import { cell, printable } from '../output/terminal.ts';
import { findProject } from '../this-project.ts';

interface Options {
  project?: string;
  limit: number;
  rebuild?: boolean;
}

/** `benchmate search`: in the words of notes and comments. */
export function registerSearch(program: Command): void {
  addLeaf<Options>(program, {
    spec: 'search [words...]',
    description: 'notes and comments that say all of these words: "a phrase" in quotes, begin* for beginnings; offline',
    examples: ['benchmate search calibration', `benchmate search '"worst slice"' calib* --json`],
    options: [
      option('--project <name>', 'folder, id or name of a project (default: all of the team)'),
      numberOption('--limit <n>', 'how many at most, up to 200', 20),
      option('--rebuild', 'make the index anew first; it does so by itself when it is missing or damaged'),
    ],
    run: async (context, [words], { project: wanted, limit, rebuild }) => {
      const project = wanted === undefined ? null : await findProject(context, wanted);
      const { textSearch } = await context.engine();
      if (rebuild) await textSearch.rebuild.mutate();
      const text = [words ?? []].flat().join(' ');
      const found = await textSearch.find.query({ text, limit, ...(project && { projectId: project.projectId }) });
      context.print(found, () => [
        ...found.hits.flatMap(hitLines),
        ...(found.hits.length === 0 && text !== '' ? [`No note and no comment says “${printable(text)}”.`] : []),
        ...(found.more ? [cell(`There are more: give more words, or --limit.`, 'muted')] : []),
        ...(found.pending > 0
          ? [cell(`${found.pending} documents that changed are still being read.`, 'warning')]
          : []),
      ]);
    },
  });
}

/** Where it is, then what it says there. */
function hitLines({ kind, title, author, at, itemId, threadId, snippet }: TextHit): TextLine[] {
  const id = shortId(kind === 'note' ? itemId : (threadId ?? itemId));
  return [
    [
      ...cell(kind === 'note' ? 'note ' : 'comment ', 'muted'),
      ...cell(title, 'heading'),
      ...cell(`  ${author.name}, ${ago(at)}  ${id}`, 'muted'),
    ],
    [part('  '), ...snippet.map(({ text, hit }) => part(printable(text), hit ? 'good' : 'plain'))],
  ];
}
