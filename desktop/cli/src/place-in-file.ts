import { join, relative, resolve, sep } from 'node:path';
import type { Option } from 'commander';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Project } from '@benchmate/shared/domain/project';
import type { TextAnchor } from '@benchmate/shared/domain/thread-anchor';
import { anchorAt } from './anchor-at.ts';
import { numberOption, option } from './command.ts';
import { readTextFile } from './text-file.ts';
import { folderOf } from './this-project.ts';

export interface PlaceOptions {
  quote?: string;
  line?: number;
}

export const placeOptions = (): Option[] => [
  option('--quote <text>', 'the words it is about'),
  numberOption('--line <n>', 'the line it is about, from 1'),
];

/** What a comment is about: a file as typed, and the quoted words or the line in it. */
export async function placeInFile(
  project: Project,
  given: string,
  { quote, line }: PlaceOptions,
): Promise<{ path: string; anchor: TextAnchor }> {
  const path = pathIn(project, given);
  const content = await textIn(project, path);
  return { path, anchor: anchorAt(content, quote === undefined ? { line: line ?? 1 } : { quote }) };
}

/** What a file of the project says: a comment quotes it to the whole team. */
export async function textIn(project: Project, path: string): Promise<string> {
  const root = folderOf(project);
  const text = await readTextFile(join(root, path), { within: root });
  if (text !== null) return text;
  throw new BenchmateError('NOT_FOUND', `There is no file ${path} in ${project.name}.`, 'Check the path.');
}

/** A path as typed, seen from the root of the project, with POSIX separators. */
export function pathIn(project: Project, given: string): string {
  const root = folderOf(project);
  const path = relative(root, resolve(process.cwd(), given)).split(sep).join('/');
  const outside = path.startsWith('../');
  // From somewhere else, a path is meant from the root of the project.
  return outside ? relative(root, resolve(root, given)).split(sep).join('/') : path;
}
