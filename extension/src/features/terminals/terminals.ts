import { sep } from 'node:path';
import * as vscode from 'vscode';
import type { Part } from '../../host/part.ts';

/**
 * Terminals opened in this window log to the engine without a line of set-up: the stock mlflow client reads these
 * variables. They hold a secret of this run of the engine, so they are neither kept on disk nor left behind.
 */
export function startTerminals({ context, engine, projects }: Part): void {
  const variables = context.environmentVariableCollection;
  variables.persistent = false;
  variables.description = 'Scripts that use mlflow log to Benchmate.';
  const write = () => {
    const { state } = engine;
    if (state.kind === 'lost') return; // it may come back under the same address within a moment
    if (state.kind !== 'connected' || !vscode.workspace.isTrusted) return clear();
    const { url, token } = state.session.endpoint;
    variables.replace('MLFLOW_TRACKING_URI', url);
    variables.replace('MLFLOW_TRACKING_TOKEN', token);
    for (const workspaceFolder of vscode.workspace.workspaceFolders ?? []) {
      const scoped = variables.getScoped({ workspaceFolder });
      const inside = projects.all.filter(project => within(workspaceFolder, projects.dirOf(project)));
      const project = projects.of(workspaceFolder.uri) ?? (inside.length === 1 ? inside[0] : undefined);
      if (project) scoped.replace('MLFLOW_EXPERIMENT_NAME', project.experimentName);
      else scoped.delete('MLFLOW_EXPERIMENT_NAME');
    }
  };
  const clear = () => {
    variables.clear();
    for (const workspaceFolder of vscode.workspace.workspaceFolders ?? [])
      variables.getScoped({ workspaceFolder }).clear();
  };
  clear();
  write();
  context.subscriptions.push(
    engine.onDidChange(write),
    projects.onDidChange(write),
    vscode.workspace.onDidChangeWorkspaceFolders(write),
    { dispose: clear },
  );
}

/** A folder that holds exactly one project somewhere below it still means that project. */
const within = ({ uri }: vscode.WorkspaceFolder, dir: string | undefined): boolean =>
  dir !== undefined && dir.startsWith(uri.fsPath + sep);
