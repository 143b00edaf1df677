import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Comment, Thread } from '@benchmate/shared/domain/review';
import type { NewAnchor } from '@benchmate/shared/domain/thread-anchor';
import { hasHome, homeOf, isHome } from '@benchmate/shared/domain/thread-place';
import { documentIds, sealedId, sealedNames } from '@benchmate/shared/documents/document-id';
import { addFile, filesOf } from '@benchmate/shared/documents/project-document';
import { react } from '@benchmate/shared/documents/reactions';
import { replyTo, setResolved, startThread, threadsOf } from '@benchmate/shared/documents/threads-document';
import type { ReactionKind } from '@benchmate/shared/domain/reaction';
import type { Announcer } from '../../host/announcer.ts';
import type { Clock, Random } from '../../host/clock.ts';
import { newId } from '../../host/new-id.ts';
import { changedKeys } from '../../replication/documents/changed-keys.ts';
import type { DocumentEdit } from '../../replication/documents/document-edit.ts';
import { documentKind } from '../../replication/documents/document-kind.ts';
import type { DocumentHub } from '../../replication/documents/hub.ts';
import type { CurrentTeam } from '../../replication/feeds/current-team.ts';
import type { KeyRing } from '../../replication/sealed/key-ring.ts';
import { fileKeyOf, isProjectPath } from './project-path.ts';

export interface ReviewsParts {
  hub: DocumentHub;
  current: CurrentTeam;
  ring: Pick<KeyRing, 'isEncrypted' | 'need'>;
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

/** `path` says nothing about an anchor that is about no file. */
interface ThreadInput {
  projectId: string;
  path?: string | undefined;
  anchor: NewAnchor;
  body: string;
}

interface Reacting {
  threadId: string;
  commentId: string;
  kind: ReactionKind;
  on: boolean;
}

/** A file of a project that is encrypted may have threads of both kinds. */
interface Kept extends Place {
  encrypted: boolean;
}

/** Review threads on the files of projects: one document per file, named in the project's document. */
export class ReviewsService {
  readonly announcer: Announcer<Thread>;
  readonly #parts: ReviewsParts;
  /** Where threads were seen; a thread never moves to another file. */
  readonly #places = new Map<string, Kept>();

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
      if (its.kind === 'threads')
        doc.getMap('reactions').observe(({ keysChanged }) => {
          const path = this.#files(its.projectId).get(its.fileKey);
          const reacted = new Set([...keysChanged].map(key => key.split(' ')[0]));
          if (path === undefined) return;
          const place = { projectId: its.projectId, path };
          const touched = this.#read(place).filter(({ comments }) =>
            comments.some(each => reacted.has(each.commentId)),
          );
          this.#announce(
            place,
            touched.map(({ threadId }) => threadId),
          );
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

  thread(threadId: string): Thread {
    return this.#get(threadId, this.#place(threadId));
  }

  /** Throws for who may not write in the thread. */
  checkWritable(threadId: string): void {
    this.#parts.author(this.#writable(threadId).projectId);
  }

  async start(input: ThreadInput): Promise<Thread> {
    const { random } = this.#parts;
    const [threadId, commentId] = [newId(random), newId(random)];
    await this.#apply(this.starting({ ...input, threadId, commentId }));
    return this.#get(threadId, { projectId: input.projectId, path: pathOf(input) });
  }

  async reply(threadId: string, body: string): Promise<Thread> {
    await this.#apply(this.replying(threadId, { commentId: newId(this.#parts.random), body }));
    return this.#get(threadId, this.#place(threadId));
  }

  /** What a new thread changes, from now under this author's name. Throws for who may not write here. */
  starting(input: ThreadInput & { threadId: string; commentId: string }): DocumentEdit[] {
    const { current, projects, ring } = this.#parts;
    const { projectId, threadId, anchor } = input;
    const path = pathOf(input);
    const comment = this.#comment(projectId, input);
    if (!projects.list().some(project => project.projectId === projectId))
      throw new BenchmateError('NOT_FOUND', `There is no project ${projectId}.`, 'Open its folder first.');
    ring.need(projectId);
    const encrypted = ring.isEncrypted(projectId);
    const fileKey = fileKeyOf(path);
    return [
      {
        documentId: this.#documentId({ projectId, path, encrypted }),
        edit: doc => startThread(doc, { threadId, anchor, comment }),
      },
      {
        documentId: documentIds.project(current.teamId, projectId),
        edit: doc => {
          addFile(doc, fileKey, path);
          if (encrypted) addFile(doc, sealedId(fileKey), path);
        },
      },
    ];
  }

  /** What an answer changes. Throws for who may not write here, and where there is no such thread. */
  replying(threadId: string, reply: Pick<Comment, 'commentId' | 'body'>): DocumentEdit[] {
    const place = this.#writable(threadId);
    this.#get(threadId, place);
    const comment = this.#comment(place.projectId, reply);
    return [{ documentId: this.#documentId(place), edit: doc => replyTo(doc, threadId, comment) }];
  }

  /** The thread that holds a comment; null when none does. */
  withComment(commentId: string): Thread | null {
    const threads = this.#parts.projects.list().flatMap(({ projectId }) => this.threads({ projectId }));
    return threads.find(({ comments }) => comments.some(each => each.commentId === commentId)) ?? null;
  }

  async resolve(threadId: string, resolved: boolean): Promise<Thread> {
    this.#parts.author(this.#place(threadId).projectId);
    return this.#change(threadId, doc => setResolved(doc, threadId, resolved));
  }

  async react({ threadId, commentId, kind, on }: Reacting): Promise<Thread> {
    const place = this.#writable(threadId);
    const { device, name } = this.#parts.author(place.projectId);
    const comments = this.#get(threadId, place).comments;
    if (!comments.some(each => each.commentId === commentId))
      throw new BenchmateError('NOT_FOUND', `The thread has no comment ${commentId}.`, 'Look at the thread.');
    const { members } = this.#parts.current.replica.registry.membership;
    const person = members.find(member => member.device === device)?.person ?? device;
    await this.#parts.hub.change(this.#documentId(place), doc =>
      react(doc, { commentId, kind, person }, on ? name : null),
    );
    return this.#get(threadId, place);
  }

  async #change(threadId: string, edit: (doc: Parameters<typeof replyTo>[0]) => boolean): Promise<Thread> {
    const place = this.#writable(threadId);
    if (!(await this.#parts.hub.change(this.#documentId(place), edit))) throw noThread(threadId);
    return this.#get(threadId, place);
  }

  #apply(edits: readonly DocumentEdit[]): Promise<unknown> {
    return Promise.all(edits.map(({ documentId, edit }) => this.#parts.hub.change(documentId, edit)));
  }

  #comment(projectId: string, { commentId, body }: Pick<Comment, 'commentId' | 'body'>): Comment {
    const { author, clock } = this.#parts;
    return { commentId, author: author(projectId), body, at: clock.now() };
  }

  /** Where a thread is, if what is written there now is as private as the project has it. */
  #writable(threadId: string): Kept {
    const place = this.#place(threadId);
    this.#parts.ring.need(place.projectId);
    if (place.encrypted || !this.#parts.ring.isEncrypted(place.projectId)) return place;
    throw new BenchmateError(
      'FORBIDDEN',
      'The thread was begun before comments of this project were encrypted: the sync server can read it.',
      'Begin a new thread, which is encrypted.',
    );
  }

  #place(threadId: string): Kept {
    const known = this.#places.get(threadId);
    if (known) return known;
    for (const { projectId } of this.#parts.projects.list()) this.threads({ projectId });
    const found = this.#places.get(threadId);
    if (!found) throw noThread(threadId);
    return found;
  }

  #get(threadId: string, place: Place): Thread {
    const thread = this.#read(place, new Set([threadId])).find(each => each.threadId === threadId);
    if (!thread) throw noThread(threadId);
    return thread;
  }

  /** One comment of a file with hundreds of threads must not cost a look at them all. */
  #read(place: Place, wanted?: ReadonlySet<string>): Thread[] {
    const { projectId, path } = place;
    const kinds = this.#parts.ring.isEncrypted(projectId) ? [false, true] : [false];
    const threads = kinds.flatMap(encrypted => {
      const kept = { projectId, path, encrypted };
      const found = this.#parts.hub.read(this.#documentId(kept), doc => threadsOf(doc, { projectId, path }, wanted));
      for (const { threadId } of found) this.#places.set(threadId, kept);
      return found;
    });
    return threads.sort((a, b) => a.anchor.line - b.anchor.line);
  }

  /** Paths that lead out of a project are a teammate's mistake, or worse: nobody sees them. */
  #files(projectId: string): Map<string, string> {
    const { hub, current } = this.#parts;
    const files = hub.read(documentIds.project(current.teamId, projectId), filesOf);
    return new Map([...files].filter(([fileKey, path]) => isProjectPath(path) && fileKeyOf(path) === fileKey));
  }

  /** Encrypted threads are in the clear on this device alone. */
  #documentId({ projectId, path, encrypted }: Kept): string {
    const { teamId } = this.#parts.current;
    return encrypted
      ? documentIds.clear(teamId, projectId, sealedNames.threads(fileKeyOf(path)))
      : documentIds.threads(teamId, projectId, fileKeyOf(path));
  }

  #announce(place: Place, threadIds?: readonly string[]): void {
    for (const thread of this.#read(place, threadIds && new Set(threadIds))) this.announcer.announce(thread);
  }
}

function pathOf({ path, anchor }: Pick<ThreadInput, 'path' | 'anchor'>): string {
  if (hasHome(anchor)) {
    if (anchor.kind === 'metric' && anchor.steps && anchor.steps.from > anchor.steps.to)
      throw new BenchmateError('BAD_REQUEST', 'The steps end before they begin.', 'Give the smaller step first.');
    return checked(homeOf(anchor));
  }
  if (path !== undefined && !isHome(path)) return checked(path);
  throw new BenchmateError('BAD_REQUEST', 'The comment names no file.', 'Say in which file of the project it belongs.');
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
