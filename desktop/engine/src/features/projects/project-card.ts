import { readFile, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { LocalProject } from './service.ts';

/** Cards are pages, and every version that is registered carries its own to every teammate. */
const maxCardBytes = 200_000;

/** The text of a project's model card as it is now; empty when it has none, or one too large to carry along. */
export async function readProjectCard({ dir, file }: LocalProject): Promise<string> {
  try {
    const path = await realpath(join(dir, file.card));
    if (!path.startsWith((await realpath(dir)) + sep)) return ''; // a link out of the project
    const { size } = await stat(path);
    return size <= maxCardBytes ? await readFile(path, 'utf8') : '';
  } catch {
    return '';
  }
}
