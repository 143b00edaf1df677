import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Comment, TextAnchor, Thread } from '@benchmate/shared/domain/review';
import { documentIds } from '@benchmate/shared/documents/document-id';
import { addFile, filesOf } from '@benchmate/shared/documents/project-document';
import { replyTo, setResolved, startThread, threadsOf } from '@benchmate/shared/documents/threads-document';
import type { Announcer } from '../../host/announcer.ts';
import type { Clock, Random } from '../../host/clock.ts';
import { newId } from '../../host/new-id.ts';
import { changedKeys } from '../../replication/documents/changed-keys.ts';
import { documentKind } from '../../replication/documents/document-kind.ts';
import type { DocumentHub } from '../../replication/documents/hub.ts';
import type { CurrentTeam } from '../../replication/feeds/current-team.ts';
import { fileKeyOf, isProjectPath } from './project-path.ts';

export interface ReviewsParts {
  hub: DocumentHub;
  current: CurrentTeam;
  clock: Clock;
  random: Random;
  announcer: Announcer<Thread>;
  /** Projects of the team. */
  projects: { list: () => { projectId: string }[] };
  /** Who writes here; throws FORBIDDEN for who may only read. */
  author: (projectId: string) => { device: string; name: string };
}

interface Place {
  projectId: string;
  path: string;
}

/** Review threads on the files of projects: one document per file, named in the project's document. */
export class ReviewsService {
  readonly announcer: Announcer<Thread>;
  readonly #parts: ReviewsParts;
  /** Where threads were seen; a thread never moves to another file. */
  readonly #places = new Map<string, Place>();

  constructor(parts: ReviewsParts) {
    this.#parts = parts;
    this.announcer = parts.announcer;
    parts.hub.onOpen((documentId, doc) => {
      const its = documentKind(documentId);
      if (its?.teamId !== parts.current.teamId) return;
      if (its.kind === 'threads')
        doc.getMap('threads').observeDeep(events => {
          const path = this.#files(its.projectId).get(its.fileKey);
          if (path !== undefined) this.#announce({ projectId: its.projectId, path }, changedKeys(events));
        });
      if (its.kind === 'project')
        doc.getMap('files').observe(({ keysChanged }) => {
          for (const [fileKey, path] of this.#files(its.projectId))
            if (keysChanged.has(fileKey)) this.#announce({ projectId: its.projectId, path });
        });
    });
  }

  /** Of one file in order of place, or of all files of a project. */
  threads({ projectId, path }: { projectId: string; path?: string | undefined }): Thread[] {
    const paths = path === undefined ? [...this.#files(projectId).values()] : [checked(path)];
    return paths.flatMap(each => this.#read({ projectId, path: each }));
  }

  async start(input: Place & { anchor: TextAnchor; body: string }): Promise<Thread> {
    const { hub, current, random, projects } = this.#parts;
    const { projectId, anchor, body } = input;
    const path = checked(input.path);
    const comment = this.#comment(projectId, body);
    if (!projects.list().some(project => project.projectId === projectId))
      throw new BenchmateError('NOT_FOUND', `There is no project ${projectId}.`, 'Open its folder first.');
    const threadId = newId(random);
    const fileKey = fileKeyOf(path);
    await Promise.all([
      hub.change(documentIds.project(current.teamId, projectId), doc => addFile(doc, fileKey, path)),
      hub.change(documentIds.threads(current.teamId, projectId, fileKey), doc =>
        startThread(doc, { threadId, anchor, comment }),
      ),
    ]);
    return this.#get(threadId, { projectId, path });
  }

  async reply(threadId: string, body: string): Promise<Thread> {
    return this.#change(threadId, doc => replyTo(doc, threadId, this.#comment(this.#place(threadId).projectId, body)));
  }

  async resolve(threadId: string, resolved: boolean): Promise<Thread> {
    this.#parts.author(this.#place(threadId).projectId);
    return this.#change(threadId, doc => setResolved(doc, threadId, resolved));
  }

  async #change(threadId: string, edit: (doc: Parameters<typeof replyTo>[0]) => boolean): Promise<Thread> {
    const place = this.#place(threadId);
    if (!(await this.#parts.hub.change(this.#documentId(place), edit))) throw noThread(threadId);
    return this.#get(threadId, place);
  }

  #comment(projectId: string, body: string): Comment {
    const { author, clock, random } = this.#parts;
    return { commentId: newId(random), author: author(projectId), body, at: clock.now() };
  }

  #place(threadId: string): Place {
    const known = this.#places.get(threadId);
    if (known) return known;
    for (const { projectId } of this.#parts.projects.list()) this.threads({ projectId });
    const found = this.#places.get(threadId);
    if (!found) throw noThread(threadId);
    return found;
  }

  #get(threadId: string, place: Place): Thread {
    const thread = this.#read(place).find(each => each.threadId === threadId);
    if (!thread) throw noThread(threadId);
    return thread;
  }

  #read(place: Place): Thread[] {
    const threads = this.#parts.hub.read(this.#documentId(place), doc => threadsOf(doc, place));
    for (const { threadId } of threads) this.#places.set(threadId, place);
    return threads;
  }

  /** Paths that lead out of a project are a teammate's mistake, or worse: nobody sees them. */
  #files(projectId: string): Map<string, string> {
    const { hub, current } = this.#parts;
    const files = hub.read(documentIds.project(current.teamId, projectId), filesOf);
    return new Map([...files].filter(([fileKey, path]) => isProjectPath(path) && fileKeyOf(path) === fileKey));
  }

  #documentId({ projectId, path }: Place): string {
    return documentIds.threads(this.#parts.current.teamId, projectId, fileKeyOf(path));
  }

  #announce(place: Place, threadIds?: readonly string[]): void {
    for (const thread of this.#read(place))
      if (!threadIds || threadIds.includes(thread.threadId)) this.announcer.announce(thread);
  }
}

function checked(path: string): string {
  if (isProjectPath(path)) return path;
  throw new BenchmateError(
    'BAD_REQUEST',
    `${path} is not a file inside the project.`,
    'Give its path from the project’s root.',
  );
}

const noThread = (threadId: string) =>
  new BenchmateError('NOT_FOUND', `There is no thread ${threadId}.`, 'It may not have arrived on this device yet.');
