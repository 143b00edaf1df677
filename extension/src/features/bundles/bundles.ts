import { homedir } from 'node:os';
import * as vscode from 'vscode';
import type { BundleTask, Exported, Imported } from '@benchmate/shared/domain/bundle-task';
import { formatBytes } from '@benchmate/shared/diff/quantity-format';
import { BenchmateError, fromErrorShape } from '@benchmate/shared/errors/benchmate-error';
import type { ErrorCode } from '@benchmate/shared/errors/codes';
import type { EngineClient } from '@benchmate/shared/protocol/engine';
import type { Commands, Part } from '../../host/part.ts';

type Request = Parameters<EngineClient['bundles']['begin']['mutate']>[0];

const filters = { 'Benchmate bundles': ['bundle'] };
const shortest = 8;

/** `Export Bundle` and `Import Bundle`: what the team knows as a file, for teammates without a common network. */
export function startBundles({ engine }: Part): Commands {
  const run = async (title: string, request: Request): Promise<NonNullable<BundleTask['result']>> => {
    const { client } = await engine.session();
    return vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      async (progress, token) => {
        let task = await client.bundles.begin.mutate(request);
        const { taskId } = task;
        token.onCancellationRequested(() => void client.bundles.cancel.mutate({ taskId }));
        while (task.state === 'running') {
          progress.report({ message: task.step });
          task = await client.bundles.wait.query({ taskId, withinMs: 500 });
        }
        if (task.result) return task.result;
        const { code, message, nextStep } = task.error!;
        throw fromErrorShape({ code: code as ErrorCode, message, nextStep });
      },
    );
  };

  return {
    exportBundle: async () => {
      await engine.session(); // no use in asking for a file without one
      const target = await vscode.window.showSaveDialog({
        title: 'Export Bundle',
        saveLabel: 'Export',
        defaultUri: vscode.Uri.joinPath(startFolder(), 'team.bundle'),
        filters,
      });
      if (!target) return;
      const passphrase = await vscode.window.showInputBox({
        title: 'Export Bundle',
        prompt: 'A passphrase encrypts the file. Empty: whoever has it can read notes, threads and decisions.',
        password: true,
        ignoreFocusOut: true,
        validateInput: value =>
          value === '' || value.length >= shortest
            ? undefined
            : `Take at least ${shortest} characters, better five words.`,
      });
      if (passphrase === undefined) return;
      const request = { kind: 'export', file: target.fsPath, replace: true, passphrase: passphrase || null } as const;
      void vscode.window.showInformationMessage(exportedText((await run('Writing the bundle', request)) as Exported));
    },
    importBundle: async () => {
      await engine.session();
      const [source] =
        (await vscode.window.showOpenDialog({
          title: 'Import Bundle',
          openLabel: 'Import',
          defaultUri: startFolder(),
          filters: { ...filters, 'All files': ['*'] },
        })) ?? [];
      if (!source) return;
      const file = source.fsPath;
      const take = (passphrase: string | null) => run('Taking in the bundle', { kind: 'import', file, passphrase });
      try {
        tell((await take(null)) as Imported);
      } catch (error) {
        if (!(error instanceof BenchmateError) || error.code !== 'UNAUTHENTICATED') throw error;
        const passphrase = await vscode.window.showInputBox({
          title: 'Import Bundle',
          prompt: 'The passphrase that the file was made with',
          password: true,
          ignoreFocusOut: true,
        });
        if (passphrase) tell((await take(passphrase)) as Imported);
      }
    },
  };
}

const startFolder = (): vscode.Uri => vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(homedir());

const exportedText = ({ file, sizeBytes, entries, documents }: Exported): string =>
  `${file} holds ${count(entries, 'fact')} and ${count(documents, 'document')} (${formatBytes(sizeBytes)}). Your teammate takes it in with “Import Bundle”.`;

function tell({ from, entries, documents, refused }: Imported): void {
  const writer = from || 'a device without a name';
  const text =
    entries + documents === 0
      ? `Nothing new: all that ${writer} had was here.`
      : `${count(entries, 'new fact')} and ${count(documents, 'changed document')} from ${writer}.`;
  if (refused.length === 0) void vscode.window.showInformationMessage(text);
  else void vscode.window.showWarningMessage([text, ...refused].join(' '));
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;
