import type { PlacedThread, Thread } from '@benchmate/shared/domain/review';
import { isHome } from '@benchmate/shared/domain/thread-place';
import { isFileOf } from './project-files.ts';
import type { ThreadFinder } from './thread-finder.ts';

export interface ThreadPlacesParts {
  threads: (projectId: string) => Thread[];
  /** Where a project lies on this machine; null where it has no folder. */
  folderOf: (projectId: string) => string | null;
  finder: ThreadFinder;
}

/** Threads with where they stand in the project's folder now. */
export class ThreadPlaces {
  readonly #parts: ThreadPlacesParts;

  constructor(parts: ThreadPlacesParts) {
    this.#parts = parts;
  }

  /** One thread, and where its project lies here. */
  async of(thread: Thread): Promise<{ placed: PlacedThread; dir: string | null }> {
    const { threads, folderOf, finder } = this.#parts;
    const dir = folderOf(thread.projectId);
    // The others of its file help to find the file where it has another name now.
    const its = threads(thread.projectId).filter(({ path }) => path === thread.path);
    const all = await finder.place(dir, its);
    return { placed: all.find(({ thread: each }) => each.threadId === thread.threadId)!, dir };
  }

  /** All of a project, or those in one file, whatever it was called when they were begun. */
  async placed({ projectId, path }: { projectId: string; path?: string | undefined }): Promise<PlacedThread[]> {
    const { threads, folderOf, finder } = this.#parts;
    const dir = folderOf(projectId);
    const all = threads(projectId);
    if (path === undefined) return finder.place(dir, all);
    const names = new Set([path]);
    if (dir !== null) {
      for (const name of await finder.otherNames(dir, path)) names.add(name);
      // A file that is nowhere may be this one.
      const elsewhere = new Set(all.map(thread => thread.path).filter(each => !names.has(each) && !isHome(each)));
      for (const each of elsewhere) if (!(await isFileOf(dir, each))) names.add(each);
    }
    const placed = await finder.place(
      dir,
      all.filter(({ path: own, anchor }) => names.has(own) || anchor.kind === 'metric'),
    );
    return placed.filter(each => each.path === path);
  }
}
