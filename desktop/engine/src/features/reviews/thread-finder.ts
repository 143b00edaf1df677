import type { PlacedThread, Thread } from '@benchmate/shared/domain/review';
import type { MetricAnchor } from '@benchmate/shared/domain/thread-anchor';
import { hasHome } from '@benchmate/shared/domain/thread-place';
import { locateInFile } from '@benchmate/shared/documents/locate-in-file';
import { Slices } from '../../replication/feeds/slices.ts';
import { logCallOf } from './log-call.ts';
import { GitRenames, otherNames } from './git-renames.ts';
import { filesLike, readProjectFile, type ReadFile } from './project-files.ts';

type Standing = Omit<PlacedThread, 'thread'>;

/** A shorter quote, on its own, says nothing about which file it came from. */
const tellingLength = 20;
/** There may be hundreds of candidates for a file that is gone: longer ones are read again rather than kept. */
const keptLength = 200_000;

/**
 * Where threads stand in a project's folder as it is now: in the file they were begun on, or in what that file is called on
 * this branch, by git's history or by what stands in it. A thread that is nowhere is orphaned, and keeps its quote.
 */
export class ThreadFinder {
  readonly #renames = new GitRenames();

  /** Other names that git knows a file of the folder by. */
  async otherNames(dir: string, path: string): Promise<string[]> {
    return otherNames(await this.#renames.names(dir), path);
  }

  /** In the order given. `dir` is null where the project has no folder on this machine: then nothing is known but what was. */
  async place(dir: string | null, threads: readonly Thread[]): Promise<PlacedThread[]> {
    const look = new Look(dir, this.#renames);
    const slices = new Slices();
    const placed: PlacedThread[] = [];
    for (const thread of threads) {
      placed.push({ thread, ...(await look.find(thread, threads)) });
      if (slices.isOver) await slices.giveWay();
    }
    return placed;
  }
}

/** One look at a folder: each file is read once, but for long ones that a file which is gone may be now. */
class Look {
  readonly #dir: string | null;
  readonly #renames: GitRenames;
  readonly #read = new Map<string, Promise<ReadFile | null>>();
  #names: ReturnType<GitRenames['names']> | null = null;
  readonly #others = new Map<string, Promise<string[]>>();
  readonly #alike = new Map<string, Promise<string | null>>();

  constructor(dir: string | null, renames: GitRenames) {
    this.#dir = dir;
    this.#renames = renames;
  }

  async find(thread: Thread, all: readonly Thread[]): Promise<Standing> {
    const { anchor, path } = thread;
    const dir = this.#dir;
    const where = { path, line: anchor.line, cell: anchor.kind === 'cell' ? anchor.index : null };
    if (anchor.kind === 'metric' && dir !== null)
      return (await this.#logCall(dir, anchor)) ?? { ...where, state: 'found' };
    if (hasHome(anchor)) return { ...where, state: 'found' };
    if (dir === null) return { ...where, state: 'unknown' };
    const own = await this.#file(dir, path);
    if (own && own.text === null) return { ...where, state: 'unknown' };
    const here = own && this.#in(thread, path, own);
    if (here) return here;
    this.#names ??= this.#renames.names(dir);
    for (const other of otherNames(await this.#names, path)) {
      const there = this.#in(thread, other, await this.#file(dir, other));
      if (there) return there;
    }
    if (own === null) {
      const its = all.filter(each => each.path === path);
      const other = await this.#once(this.#alike, path, () => this.#fileWith(dir, path, its));
      const there = other === null ? null : this.#in(thread, other, await this.#file(dir, other));
      if (there) return there;
    }
    return { ...where, state: own === null ? 'file-gone' : 'orphaned' };
  }

  /** Where the code of the project logs a metric; null where it does not, or does without naming it. */
  async #logCall(dir: string, { metric }: MetricAnchor): Promise<Standing | null> {
    for (const path of await this.#once(this.#others, '.py', () => filesLike(dir, '.py'))) {
      const line = logCallOf(metric, (await this.#file(dir, path))?.text ?? '');
      if (line !== null) return { path, line, cell: null, state: 'found' };
    }
    return null;
  }

  /** The file of the same kind in which most of the threads are at home; null when none is. */
  async #fileWith(dir: string, path: string, threads: readonly Thread[]): Promise<string | null> {
    let best: { path: string; score: number } | null = null;
    for (const candidate of await filesLike(dir, path)) {
      const file = await this.#candidate(dir, candidate);
      const found = threads.filter(thread => this.#in(thread, candidate, file));
      const telling = found.some(({ anchor }) => anchor.quote.replace(/\s/g, '').length >= tellingLength);
      const score = telling ? found.length : found.length - 1;
      if (score > (best?.score ?? 0)) best = { path: candidate, score };
    }
    return best?.path ?? null;
  }

  #in({ anchor }: Thread, path: string, file: ReadFile | null): Standing | null {
    if (!file || file.text === null) return null;
    const found = locateInFile(anchor, path, file.text);
    return found.kind === 'found' ? { path, line: found.line, cell: found.cell, state: 'found' } : null;
  }

  async #candidate(dir: string, path: string): Promise<ReadFile | null> {
    const known = this.#read.get(path);
    if (known) return known;
    const file = await readProjectFile(dir, path);
    if ((file?.text?.length ?? 0) <= keptLength) this.#read.set(path, Promise.resolve(file));
    return file;
  }

  #file(dir: string, path: string): Promise<ReadFile | null> {
    return this.#once(this.#read, path, () => readProjectFile(dir, path));
  }

  #once<T>(known: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
    const made = known.get(key) ?? make();
    known.set(key, made);
    return made;
  }
}
