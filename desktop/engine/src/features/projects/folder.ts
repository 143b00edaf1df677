import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { projectFile, type ProjectFile } from '@benchmate/shared/domain/project';

export const projectFileName = 'benchmate.yaml';

/** Reads `benchmate.yaml` of a folder, again only when the file changed. Null without one; BAD_REQUEST when it is wrong. */
export class ProjectFiles {
  readonly #known = new Map<string, { stamp: string; file: ProjectFile }>();

  read(dir: string): ProjectFile | null {
    const path = join(dir, projectFileName);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat?.isFile()) return null;
    const stamp = `${stat.mtimeMs}:${stat.size}:${stat.ino}`;
    const known = this.#known.get(dir);
    if (known?.stamp === stamp) return known.file;
    const file = parseProjectFile(readFileSync(path, 'utf8'), path);
    this.#known.set(dir, { stamp, file });
    return file;
  }
}

function parseProjectFile(text: string, path: string): ProjectFile {
  const parsed = projectFile.safeParse(parse(text, { maxAliasCount: 20 }));
  if (parsed.success) return parsed.data;
  throw new BenchmateError('BAD_REQUEST', `${path} is not a project file.`, 'Correct it, or restore it from git.');
}
