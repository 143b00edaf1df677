import * as vscode from 'vscode';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';

/** The part of the built-in git extension's API (version 1) that is used here. */
interface GitApi {
  getRepository(uri: vscode.Uri): Repository | null;
  openRepository(root: vscode.Uri): Promise<Repository | null>;
}
export interface Repository {
  rootUri: vscode.Uri;
  /** Text of a file at a commit. */
  show(ref: string, path: string): Promise<string>;
  log(options: { path: string; maxEntries: number }): Promise<Commit[]>;
}
export interface Commit {
  hash: string;
  message: string;
  commitDate?: Date;
}

/** The git repository of a file, through the editor's own git: it knows which git the person uses, and asks for trust. */
export async function repositoryOf(file: vscode.Uri): Promise<Repository> {
  const extension = vscode.extensions.getExtension<{ enabled: boolean; getAPI(version: 1): GitApi }>('vscode.git');
  if (!extension)
    throw new BenchmateError(
      'TOOL_MISSING',
      'The editor’s git extension is switched off, so there is no earlier version to compare with.',
      'Enable the built-in extension “Git”.',
    );
  const exports = extension.isActive ? extension.exports : await extension.activate();
  if (!exports.enabled)
    throw new BenchmateError(
      'TOOL_MISSING',
      'Git was not found or is switched off, so there is no earlier version to compare with.',
      'Install git, or switch on the setting “git.enabled”.',
    );
  const api = exports.getAPI(1);
  const repository = api.getRepository(file) ?? (await api.openRepository(vscode.Uri.joinPath(file, '..')));
  if (!repository)
    throw new BenchmateError(
      'NOT_FOUND',
      'This folder is not in a git repository, so there is no earlier version to compare with.',
      'Commit it once.',
    );
  return repository;
}

/** A file's text at a commit; empty when that commit did not have it. */
export async function textAt(repository: Repository, ref: string, file: vscode.Uri): Promise<string> {
  try {
    return await repository.show(ref, file.fsPath);
  } catch (error) {
    const {
      gitErrorCode,
      stderr = '',
      message = '',
    } = error as { gitErrorCode?: string; stderr?: string; message?: string };
    const absent =
      gitErrorCode === 'UnknownPath' ||
      /exists on disk, but not in|does not exist in|does not exist/i.test(stderr + message);
    if (absent) return '';
    throw new BenchmateError(
      'NOT_FOUND',
      `Git has no commit ${ref.slice(0, 12)} of this file here.`,
      'Fetch it from your teammate’s branch first.',
      { cause: error },
    );
  }
}

/** The commits that changed a file, newest first; none while nothing is committed. */
export async function versionsOf(
  repository: Repository,
  file: vscode.Uri,
): Promise<{ hash: string; message: string; date: Date | undefined }[]> {
  const commits = await repository.log({ path: file.fsPath, maxEntries: 30 }).catch(() => []);
  return commits.map(({ hash, message, commitDate }) => ({
    hash,
    message: message.split('\n')[0] ?? '',
    date: commitDate,
  }));
}
