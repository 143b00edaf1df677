import { resolve } from 'node:path';
import type { Command } from 'commander';
import { formatBytes } from '@benchmate/shared/diff/quantity-format';
import type { Archived } from '../archive/write-archive.ts';
import { addLeaf, option } from '../command.ts';
import { needProject } from '../this-project.ts';

/** `benchmate archive`: everything as one file that outlives the product. */
export function registerArchive(program: Command): void {
  addLeaf<{ project?: string; replace?: boolean }>(program, {
    spec: 'archive <file>',
    description: 'write runs, models, notes and decisions into one zip that any browser opens, without Benchmate',
    examples: ['benchmate archive churn.zip --project churn'],
    options: [
      option('--project <name>', 'runs, notes and threads of this project alone: its folder, id or name'),
      option('--replace', 'overwrite an existing file'),
    ],
    run: async (context, [file], { project: wanted, replace = false }) => {
      const project = wanted === undefined ? null : await needProject(context, wanted);
      const { writeArchive } = await import('../archive/write-archive.ts');
      const archived = await writeArchive(context, { file: resolve(String(file)), replace, project });
      context.print(archived, () => archivedLines(archived));
    },
  });
}

const archivedLines = ({ file, sizeBytes, counts: { runs, points, models, notes, threads } }: Archived): string[] => [
  `${file} holds ${runs} runs with ${points} points, ${models} models, ${notes} notes and ${threads} threads (${formatBytes(sizeBytes)}).`,
  'Unpack it and open index.html in a browser. It is not encrypted: whoever has it can read all of it.',
];
