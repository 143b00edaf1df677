import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { existsSync, readdirSync } from 'node:fs';
import type { Commands, Part } from '../../host/part.ts';
import { askSteps, type Answers } from './steps.ts';

const greetKey = 'benchmate.openedProject';

/** `New Project`: template, folder, name; then the new folder opens. */
export function startNewProject({ engine, context }: Part): Commands {
  void greet(context);
  return {
    newProject: async () => {
      const { client } = await engine.session();
      const templates = await client.projects.templates.query();
      const answers = await askSteps({ templates, parent: suggestedParent(), problemWith });
      if (!answers) return undefined;
      const dir = folderOf(answers);
      const project = await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Notification, title: `Creating ${answers.name}` },
        () => client.projects.create.mutate({ template: answers.template, dir, name: answers.name }),
      );
      await open(context, vscode.Uri.file(project.dir ?? dir), answers.name);
      return project;
    },
  };
}

export const folderName = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')
    .replaceAll(/^[-.]+|[-.]+$/g, '') || 'project';

const folderOf = ({ parent, name }: Answers): string => join(parent, folderName(name));

function problemWith(parent: string, name: string): string | undefined {
  if (!name.trim()) return 'A project needs a name.';
  const dir = folderOf({ template: '', parent, name });
  if (existsSync(dir) && readdirSync(dir).length > 0) return `${dir} exists and is not empty. Choose another name.`;
  return undefined;
}

/** Beside the folder that is open, else the person's home: both are writable, and where they look. */
function suggestedParent(): string {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  return folder?.uri.scheme === 'file' ? vscode.Uri.joinPath(folder.uri, '..').fsPath : homedir();
}

async function open(context: vscode.ExtensionContext, uri: vscode.Uri, name: string): Promise<void> {
  const empty = (vscode.workspace.workspaceFolders ?? []).length === 0;
  const here = 'Open';
  const anew = 'Open in New Window';
  const choice = empty ? here : await vscode.window.showInformationMessage(`${name} is ready.`, here, anew);
  if (!choice) return;
  await context.globalState.update(greetKey, uri.fsPath);
  await vscode.commands.executeCommand('vscode.openFolder', uri, { forceNewWindow: choice === anew });
}

/** In the window that opens the new project: its files to look at first, and the Runs view beside them. */
async function greet(context: vscode.ExtensionContext): Promise<void> {
  const opened = context.globalState.get<string>(greetKey);
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  if (!opened || folder?.uri.fsPath !== opened) return;
  await context.globalState.update(greetKey, undefined);
  await vscode.commands.executeCommand('benchmate.runs.focus');
  const params = vscode.Uri.joinPath(folder.uri, 'params.yaml');
  if (existsSync(params.fsPath)) await vscode.window.showTextDocument(params, { preserveFocus: true });
}
