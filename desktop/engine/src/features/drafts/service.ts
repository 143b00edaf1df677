import * as Y from 'yjs';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Draft, DraftAbout } from '@benchmate/shared/domain/draft';
import { documentIds, homeOf, plainId, teamOf } from '@benchmate/shared/documents/document-id';
import { aboutDraft, beginDraft, beginPublication, publicationOf } from '@benchmate/shared/documents/draft-document';
import { noteBody, writeNote } from '@benchmate/shared/documents/note-document';
import type { Published } from '@benchmate/shared/protocol/drafts';
import type { Announcer } from '../../host/announcer.ts';
import type { Clock, Random } from '../../host/clock.ts';
import { newId } from '../../host/new-id.ts';
import { updateOf, type DocumentEdit } from '../../replication/documents/document-edit.ts';
import type { DocumentHub } from '../../replication/documents/hub.ts';
import type { DocumentStore } from '../../replication/documents/store.ts';
import type { CurrentTeam } from '../../replication/feeds/current-team.ts';
import type { NotesService } from '../notes/service.ts';
import type { ReviewsService } from '../reviews/service.ts';

export interface DraftsParts {
  hub: DocumentHub;
  documents: DocumentStore;
  current: CurrentTeam;
  clock: Clock;
  random: Random;
  announcer: Announcer<Draft>;
  notes: NotesService;
  reviews: ReviewsService;
  /** Projects of the team. */
  projects: { list: () => { projectId: string }[] };
}

const announceWithinMs = 30;

/**
 * Notes and comments that are nobody's business yet. Each is a document of this device alone, so a local editor writes in it as in
 * any other, and no link to a server can name it.
 *
 * Publishing has three steps, and a crash after any of them publishes once or not at all: what the team's documents will get is
 * worked out and committed into the draft; it is applied; the draft goes away. Applying the same update again changes nothing.
 */
export class DraftsService {
  readonly announcer: Announcer<Draft>;
  readonly #parts: DraftsParts;
  readonly #changed = new Set<string>();
  readonly #closing = new Set<(documentId: string) => void>();
  /** On their way out: nobody writes in them any more. */
  readonly #leaving = new Map<string, Promise<void>>();

  constructor(parts: DraftsParts) {
    this.#parts = parts;
    this.announcer = parts.announcer;
    parts.hub.onOpen((documentId, doc) => {
      if (teamOf(documentId) !== 'draft' || homeOf(documentId) !== parts.current.teamId) return;
      const draftId = documentId.split('.')[2] ?? '';
      doc.on('update', () => this.#announce(draftId));
    });
  }

  /** Newest first. */
  list(projectId?: string): Draft[] {
    const drafts = this.#ids(this.#parts.current.teamId).flatMap(draftId => this.#read(draftId) ?? []);
    const wanted = drafts.filter(draft => projectId === undefined || draft.projectId === projectId);
    return wanted.sort((a, b) => b.createdAt - a.createdAt || (a.draftId < b.draftId ? -1 : 1));
  }

  async create({ body, ...about }: Omit<DraftAbout, 'createdAt'> & { body: string }): Promise<Draft> {
    const { hub, projects, clock, random } = this.#parts;
    if (!projects.list().some(({ projectId }) => projectId === about.projectId))
      throw new BenchmateError('NOT_FOUND', `There is no project ${about.projectId}.`, 'Open its folder first.');
    const draftId = newId(random);
    await hub.change(this.#documentId(draftId), doc => beginDraft(doc, { ...about, createdAt: clock.now() }, body));
    return this.#find(draftId);
  }

  async write({ draftId, body, title }: { draftId: string; body: string; title?: string | undefined }): Promise<Draft> {
    const { projectId, target, createdAt } = this.#find(draftId);
    await this.#parts.hub.change(this.#documentId(draftId), doc => {
      if (title !== undefined && target.kind === 'note')
        beginDraft(doc, { projectId, createdAt, target: { ...target, title } }, body);
      else writeNote(doc, body);
    });
    return this.#find(draftId);
  }

  async publish(draftId: string): Promise<Published> {
    const { hub } = this.#parts;
    await this.#leaving.get(draftId);
    await this.#finish(this.#documentId(draftId));
    const published = this.#published(draftId);
    if (published) return published;
    const draft = this.#find(draftId);
    const updates = new Map(this.#edits(draft).map(edit => [edit.documentId, updateOf(hub, edit)]));
    await this.#leave(draft, async () => {
      await hub.change(draft.documentId, doc => beginPublication(doc, updates));
      await this.#finish(draft.documentId);
    });
    return this.#published(draftId) ?? { note: null, thread: null };
  }

  async discard(draftId: string): Promise<Draft> {
    const draft = this.#find(draftId);
    await this.#leave(draft, () => this.#parts.hub.remove(draft.documentId));
    return { ...draft, gone: true };
  }

  /** Ends what a crash interrupted, in whichever team. */
  async finishPublications(): Promise<void> {
    for (const documentId of this.#parts.documents.list('draft')) await this.#finish(documentId);
  }

  /** Whether a local editor may write in this document now. */
  isOpen(documentId: string): boolean {
    const draftId = documentId.split('.')[2] ?? '';
    return !this.#leaving.has(draftId) && this.#read(draftId)?.documentId === documentId;
  }

  /** `listener` is called before a draft goes: who has it open must let go of it. */
  onLeaving(listener: (documentId: string) => void): () => void {
    this.#closing.add(listener);
    return () => this.#closing.delete(listener);
  }

  #edits({ draftId, projectId, target, body }: Draft): DocumentEdit[] {
    const { notes, reviews } = this.#parts;
    if (target.kind === 'note')
      return notes.creating({ noteId: notes.idFor(draftId, projectId), projectId, title: target.title, body });
    if (body.trim() === '')
      throw new BenchmateError('BAD_REQUEST', 'The comment is empty.', 'Write something in it, or discard it.');
    const { path, anchor } = target.kind === 'thread' ? target : { path: '', anchor: null };
    if (anchor) return reviews.starting({ threadId: draftId, commentId: draftId, projectId, path, anchor, body });
    return target.kind === 'reply' ? reviews.replying(target.threadId, { commentId: draftId, body }) : [];
  }

  /** Applied, and gone, in one commit: both change nothing when they are done again. */
  async #finish(documentId: string): Promise<void> {
    const { hub } = this.#parts;
    const updates = hub.read(documentId, publicationOf);
    if (updates.size === 0) return;
    const applied = [...updates].map(([id, update]) => hub.change(id, doc => Y.applyUpdate(doc, update)));
    await Promise.all([...applied, hub.remove(documentId)]);
  }

  async #leave(draft: Draft, work: () => Promise<void>): Promise<void> {
    const { draftId } = draft;
    const working = work();
    this.#leaving.set(
      draftId,
      working.catch(() => {}),
    );
    try {
      for (const listener of this.#closing) listener(draft.documentId);
      await working;
      this.announcer.announce({ ...draft, gone: true });
    } finally {
      this.#leaving.delete(draftId);
    }
  }

  /** What was made of a draft that is gone. */
  #published(draftId: string): Published | null {
    const { notes, reviews } = this.#parts;
    if (this.#read(draftId)) return null;
    const note = notes.list().find(({ noteId }) => plainId(noteId) === draftId);
    if (note) return { note, thread: null };
    const thread = reviews.withComment(draftId);
    return thread && { note: null, thread };
  }

  #find(draftId: string): Draft {
    const draft = this.#read(draftId);
    if (draft && !this.#leaving.has(draftId)) return draft;
    throw new BenchmateError(
      'NOT_FOUND',
      `There is no draft ${draftId}.`,
      'Drafts are on the device they were begun on.',
    );
  }

  #read(draftId: string): Draft | null {
    const documentId = this.#documentId(draftId);
    if (!this.#ids(this.#parts.current.teamId).includes(draftId)) return null;
    return this.#parts.hub.read(documentId, doc => {
      const about = aboutDraft(doc);
      if (!about || publicationOf(doc).size > 0) return null;
      return { ...about, draftId, documentId, body: noteBody(doc), gone: false };
    });
  }

  #ids(teamId: string): string[] {
    return this.#parts.documents.list(`draft.${teamId}`).map(id => id.split('.')[2] ?? '');
  }

  #documentId(draftId: string): string {
    return documentIds.draft(this.#parts.current.teamId, draftId);
  }

  /** Soon, and once for many keystrokes. */
  #announce(draftId: string): void {
    this.#changed.add(draftId);
    if (this.#changed.size > 1) return;
    this.#parts.clock.after(announceWithinMs, () => {
      for (const changed of this.#changed) {
        const draft = this.#leaving.has(changed) ? null : this.#read(changed);
        if (draft) this.announcer.announce(draft);
      }
      this.#changed.clear();
    });
  }
}
