import { readFile, realpath } from 'node:fs/promises';
import { join, relative, isAbsolute } from 'node:path';
import type { Project } from '@benchmate/shared/domain/project';

/** The model cards that lie in the projects' own folders here. A card that leads out of its project is left where it is. */
export async function cardsOf(projects: readonly Project[]): Promise<{ path: string; text: string }[]> {
  const cards: { path: string; text: string }[] = [];
  for (const { projectId, dir, card } of projects) {
    if (dir === null || !/^[\w-]+$/.test(projectId)) continue;
    try {
      const [file, root] = await Promise.all([realpath(join(dir, card)), realpath(dir)]);
      const inside = relative(root, file);
      if (inside.startsWith('..') || isAbsolute(inside)) continue;
      cards.push({ path: `cards/${projectId}.md`, text: await readFile(file, 'utf8') });
    } catch (error) {
      if (!['ENOENT', 'ENOTDIR', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
  return cards;
}
