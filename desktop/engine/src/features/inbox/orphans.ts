import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { InboxItem } from '@benchmate/shared/domain/inbox';
import type { Thread } from '@benchmate/shared/domain/review';
import { hasHome } from '@benchmate/shared/domain/thread-place';
import { locateInFile } from '@benchmate/shared/documents/locate-in-file';
import { Slices } from '../../replication/feeds/slices.ts';
import { readProjectFile } from '../reviews/project-files.ts';
import type { ThreadFinder } from '../reviews/thread-finder.ts';
import { isMine, listed, type Viewer } from './viewer.ts';

export interface ProjectFolder {
  projectId: string;
  dir: string;
}

interface Looked {
  /** Changes with the file. */
  mark: string;
  /** Of the last change of a thread of its project. */
  change: number;
  /** Whether what an anchor quotes is gone from this file. */
  isGone: Map<string, boolean>;
  items: InboxItem[];
  /** When what is gone was last looked for in other files, on the clock of `performance.now()`. */
  searchedAt: number;
}

/** Longer files are not read: nobody reviews them line by line. */
const longestBytes = 5_000_000;
/** Looking through other files costs more than looking at one. */
const searchEveryMs = 60_000;

/**
 * Open threads whose text is gone from the file here, for those who wrote in them. A file is read again when it or its threads
 * changed; else it costs one look at its time of change.
 */
export class OrphanedThreads {
  readonly #read: (projectId: string) => Thread[];
  readonly #finder: Pick<ThreadFinder, 'place'>;
  readonly #threads = new Map<string, Map<string, Thread>>();
  readonly #looked = new Map<string, Looked>();
  #changes = 0;
  /** Project → number of the last change of a thread of it. */
  readonly #lastChanges = new Map<string, number>();

  constructor(read: (projectId: string) => Thread[], finder: Pick<ThreadFinder, 'place'>) {
    this.#read = read;
    this.#finder = finder;
  }

  /** A thread is new or changed. */
  changed(thread: Thread): void {
    this.#threads.get(thread.projectId)?.set(thread.threadId, thread);
    this.#lastChanges.set(thread.projectId, ++this.#changes);
  }

  /** The list is for somebody else, or the team is another. */
  lookAgain(): void {
    this.#looked.clear();
  }

  /** Another team, with other threads. */
  forget(): void {
    this.#threads.clear();
    this.#looked.clear();
  }

  async items(projects: readonly ProjectFolder[], viewer: Viewer): Promise<InboxItem[]> {
    const found: InboxItem[] = [];
    for (const project of projects) {
      const { projectId } = project;
      const threads = this.#threads.get(projectId) ?? new Map(this.#read(projectId).map(each => [each.threadId, each]));
      this.#threads.set(projectId, threads);
      const open = [...threads.values()].filter(
        thread => !thread.resolved && !hasHome(thread.anchor) && concerns(thread, viewer),
      );
      for (const [path, its] of Map.groupBy(open, thread => thread.path))
        found.push(...(await this.#look(project, path, its)));
    }
    return found;
  }

  async #look({ projectId, dir }: ProjectFolder, path: string, threads: Thread[]): Promise<InboxItem[]> {
    const key = `${projectId}/${path}`;
    const file = join(dir, path);
    const seen = await stat(file).catch(() => null);
    if (seen?.isFile() && seen.size > longestBytes) return [];
    const mark = `${seen?.mtimeMs} ${seen?.size}`;
    const change = this.#lastChanges.get(projectId) ?? 0;
    const known = this.#looked.get(key);
    const now = performance.now();
    const isKnown = known?.mark === mark && known.change === change;
    if (isKnown && (known.items.length === 0 || now - known.searchedAt < searchEveryMs)) return known.items;
    const isGone = known?.mark === mark ? known.isGone : new Map<string, boolean>();
    const text = (await readProjectFile(dir, path))?.text ?? null;
    const gone: Thread[] = [];
    const slices = new Slices();
    for (const thread of threads) {
      const anchor = JSON.stringify(thread.anchor);
      const goes = isGone.get(anchor) ?? (text === null || locateInFile(thread.anchor, path, text).kind === 'orphaned');
      isGone.set(anchor, goes);
      if (goes) gone.push(thread);
      if (slices.isOver) await slices.giveWay();
    }
    const items = (await this.#finder.place(dir, gone))
      .filter(({ state }) => state !== 'found')
      .map(({ thread }) =>
        orphan(thread, {
          file: text !== null ? 'there' : seen ? 'replaced' : 'gone',
          changedAt: seen?.mtimeMs ?? null,
        }),
      );
    this.#looked.set(key, { mark, change, isGone, items, searchedAt: now });
    return items;
  }
}

/** Who wrote in it; everybody when none of those is in the team any more. */
function concerns({ comments }: Thread, viewer: Viewer): boolean {
  const authors = new Set(comments.map(({ author }) => author.device));
  if ([...authors].some(device => isMine(viewer, device))) return true;
  return !viewer.members.some(({ device, active }) => active && authors.has(device));
}

const fates = {
  there: (path: string, who: string) => `What the thread of ${who} was about is gone from ${path}.`,
  gone: (path: string, who: string) => `${path} is gone, and with it what the thread of ${who} was about.`,
  replaced: (path: string, who: string) =>
    `${path} is no file of the project any more (a folder, or a link): what the thread of ${who} was about is gone with it.`,
};

function orphan(
  { threadId, projectId, path, anchor, comments }: Thread,
  { file, changedAt }: { file: keyof typeof fates; changedAt: number | null },
): InboxItem {
  const [first, last] = [comments[0], comments.at(-1)];
  return {
    itemId: `orphan:${threadId}`,
    kind: 'orphan',
    who: listed(comments.map(({ author }) => author.name)),
    sentence: fates[file](path, first?.author.name ?? 'somebody'),
    next: 'See whether it is settled by that: resolve it, or say where it belongs now.',
    evidence: [...lines('Was', anchor.quote), ...(last ? lines(`${last.author.name} wrote`, last.body) : [])],
    since: Math.max(changedAt ?? 0, last?.at ?? 0),
    until: null,
    project: projectId,
    action: 'Read the thread',
    place: { kind: 'thread', projectId, path, threadId, line: anchor.line },
    dismissible: false,
  };
}

/** The first line alone: the thread has the rest. */
function lines(what: string, text: string): string[] {
  const [first = ''] = text.trim().split('\n');
  return first === '' ? [] : [`${what}: ${first.slice(0, 200)}`];
}
