import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ProjectFile } from '@benchmate/shared/domain/project';
import { parseProjectFile } from '@benchmate/shared/formats/project-file';

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
