import * as vscode from 'vscode';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Commands, Part } from './part.ts';

/** What may be used in Restricted Mode: it only looks. Whatever starts, runs or changes something stays out of this list. */
const harmless = new Set([
  'clearRunsFilter',
  'compareCard',
  'compareWithBaseline',
  'copyRunId',
  'expandThread',
  'filterRuns',
  'openInboxItem',
  'openLink',
  'openNote',
  'openReviewPart',
  'openVersionThread',
  'openWalkthrough',
  'reviewVersion',
  'searchText',
  'showInbox',
  'showJobLog',
  'showLog',
  'showMentions',
  'showMenu',
  'showModelsAsOf',
  'showModelsNow',
  'showMoreRuns',
  'showMoreVersions',
  'showVersion',
  'showVersionChanges',
]);

/** Registers commands; each reports what goes wrong, and none that acts runs in an untrusted folder, whoever calls it. */
export function defineCommands({ context, report }: Part, commands: Commands): void {
  for (const [name, run] of Object.entries(commands)) {
    const handler = async (...args: never[]): Promise<unknown> => {
      try {
        if (!vscode.workspace.isTrusted && !harmless.has(name)) throw restricted();
        return await run(...args);
      } catch (error) {
        await report.error(error);
        return undefined;
      }
    };
    context.subscriptions.push(vscode.commands.registerCommand(`benchmate.${name}`, handler));
  }
}

const restricted = () =>
  new BenchmateError(
    'FORBIDDEN',
    'This folder is open in Restricted Mode, and Benchmate starts and changes nothing in it.',
    'Trust the folder first.',
  );
