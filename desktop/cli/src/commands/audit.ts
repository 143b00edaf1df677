import { resolve } from 'node:path';
import type { Command } from 'commander';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { errorCodes } from '@benchmate/shared/errors/codes';
import { exportRecord } from '../audit/export.ts';
import { verifyFile, verifyStore } from '../audit/verify.ts';
import { addGroup, addLeaf, option } from '../command.ts';
import { exportedLines, verifiedLines } from '../output/audit-lines.ts';

/** `benchmate audit …`: who decided what, so that somebody else can verify it. */
export function registerAudit(program: Command): void {
  const group = addGroup(
    program,
    'audit',
    'verify who decided what, and export it for others to verify',
    'benchmate audit verify',
  );

  addLeaf(group, {
    spec: 'verify [file]',
    description:
      'verify every signed entry of the store, or of an exported file; names author and number of what does not hold (exit code 12)',
    examples: ['benchmate audit verify', 'benchmate audit verify decisions.html --json'],
    run: async (context, [file]) => {
      const verified =
        file === undefined ? await verifyStore(context) : await verifyFile(context, resolve(String(file)));
      context.print(verified, () => verifiedLines(verified, context.terminal.width));
      return verified.ok ? 0 : errorCodes.DATA_DAMAGED.exit;
    },
  });

  addLeaf<{ format: string; output: string; replace?: boolean }>(group, {
    spec: 'export',
    description: 'write all signed entries of the team into one file that verifies without Benchmate',
    examples: [
      'benchmate audit export --output decisions.html',
      'benchmate audit export --format jsonl --output decisions.jsonl',
    ],
    options: [
      option('--format <format>', 'html: a page that shows and verifies it in any browser; jsonl: lines of JSON')
        .choices(['html', 'jsonl'])
        .default('html'),
      option('-o, --output <file>', 'the file to write').makeOptionMandatory(),
      option('--replace', 'overwrite an existing file'),
    ],
    run: async (context, _args, { format, output, replace = false }) => {
      if (format !== 'html' && format !== 'jsonl')
        throw new BenchmateError('BAD_REQUEST', `'${format}' is no format.`, 'Write html or jsonl.');
      const exported = await exportRecord(context, { file: resolve(output), format, replace });
      context.print(exported, () => exportedLines(exported));
    },
  });
}
