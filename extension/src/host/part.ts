import type * as vscode from 'vscode';
import type { EngineConnection } from '../engine/connection.ts';
import type { FolderProjects } from '../features/projects/folder-projects.ts';
import type { Reporter } from './report.ts';

/** What each feature is given. */
export interface Part {
  context: vscode.ExtensionContext;
  engine: EngineConnection;
  projects: FolderProjects;
  report: Reporter;
  log: vscode.LogOutputChannel;
}

/** Commands of a feature by id, without the prefix `benchmate.`. */
export type Commands = Record<string, (...args: never[]) => unknown>;
