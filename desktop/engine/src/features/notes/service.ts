import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Note, NoteTitle } from '@benchmate/shared/domain/note';
import { templateText, type NoteTemplate } from '@benchmate/shared/domain/note-template';
import { documentIds, isSealed, sealedId, sealedNames } from '@benchmate/shared/documents/document-id';
import { mergeText } from '@benchmate/shared/documents/merge-text';
import { noteBody, writeNote } from '@benchmate/shared/documents/note-document';
import { addNote, notesOf, type NoteHead } from '@benchmate/shared/documents/project-document';
import type { Announcer } from '../../host/announcer.ts';
import type { Clock, Random } from '../../host/clock.ts';
import { newId } from '../../host/new-id.ts';
import { changedKeys } from '../../replication/documents/changed-keys.ts';
import type { DocumentEdit } from '../../replication/documents/document-edit.ts';
import { documentKind } from '../../replication/documents/document-kind.ts';
import type { DocumentHub } from '../../replication/documents/hub.ts';
import type { CurrentTeam } from '../../replication/feeds/current-team.ts';
import type { KeyRing } from '../../replication/sealed/key-ring.ts';
import type { SealedDocuments } from '../../replication/sealed/sealed-documents.ts';

export interface NotesParts {
  hub: DocumentHub;
  current: CurrentTeam;
  ring: Pick<KeyRing, 'isEncrypted' | 'need' | 'toWriteWith' | 'waiting'>;
  sealed: Pick<SealedDocuments, 'onState' | 'stateOf'>;
  clock: Clock;
  random: Random;
  announcer: Announcer<Note>;
  /** Projects of the team. */
  projects: { list: () => { projectId: string }[] };
  /** Who writes here; throws FORBIDDEN for who may only read. */
  author: (projectId?: string) => { device: string; name: string };
}

interface NewNote {
  projectId: string;
  title: string;
  body: string;
  template?: NoteTemplate;
  about?: string | undefined;
}

const announceWithinMs = 30;

/** Notes of the team's projects: heads in each project's document, each text in a document of its own. */
export class NotesService {
  readonly announcer: Announcer<Note>;
  readonly #parts: NotesParts;
  readonly #changed = new Set<string>();

  constructor(parts: NotesParts) {
    this.#parts = parts;
    this.announcer = parts.announcer;
    parts.hub.onOpen((documentId, doc) => {
      const its = documentKind(documentId);
      if (its?.teamId !== parts.current.teamId) return;
      if (its.kind === 'note') doc.getText('body').observe(() => this.#announce(its.noteId));
      if (its.kind === 'project')
        doc.getMap('notes').observeDeep(events => {
          for (const noteId of changedKeys(events)) this.#announce(noteId);
        });
    });
    parts.sealed.onState(documentId => {
      const its = documentKind(documentId);
      if (its?.kind === 'note') this.#announce(its.noteId);
    });
  }

  /** Newest first within a project. */
  list(projectId?: string, about?: string): Note[] {
    return this.#heads(projectId)
      .filter(head => about === undefined || head.about === about)
      .map(head => this.#note(head));
  }

  /** What notes are called, without reading their texts. */
  heads(): (NoteHead & { projectId: string })[] {
    return this.#heads();
  }

  /** Newest first, without reading their texts. */
  titles(projectId?: string): NoteTitle[] {
    const heads = this.#heads(projectId).map(({ about, ...head }) => ({ ...head, about: about ?? null }));
    return heads.sort((a, b) => b.createdAt - a.createdAt || (a.noteId < b.noteId ? -1 : 1));
  }

  get(noteId: string): Note {
    return this.#note(this.#find(noteId));
  }

  async create({ template = 'empty', ...input }: NewNote): Promise<Note> {
    const { hub, random } = this.#parts;
    const noteId = this.idFor(newId(random), input.projectId);
    await Promise.all(
      this.creating({ noteId, ...input, body: input.body || templateText(template, input.about ?? null) }).map(
        ({ documentId, edit }) => hub.change(documentId, edit),
      ),
    );
    return this.get(noteId);
  }

  /** The id of a new note, which says whether it is encrypted. */
  idFor(id: string, projectId: string): string {
    return this.#parts.ring.isEncrypted(projectId) ? sealedId(id) : id;
  }

  /** What a new note changes, from now under this author's name. Throws for who may not write here. */
  creating({
    noteId,
    projectId,
    title,
    body,
    about = null,
  }: Pick<Note, 'noteId' | 'projectId' | 'title' | 'body'> & { about?: string | null | undefined }): DocumentEdit[] {
    const { current, clock, projects } = this.#parts;
    const author = this.#author(projectId);
    if (!projects.list().some(project => project.projectId === projectId))
      throw new BenchmateError('NOT_FOUND', `There is no project ${projectId}.`, 'Open its folder first.');
    this.#parts.ring.need(projectId);
    const head = { noteId, title, author, createdAt: clock.now(), about };
    // The text first: whoever sees the head finds it. Both are in one commit.
    return [
      { documentId: this.#documentOf({ noteId, projectId }), edit: doc => writeNote(doc, body) },
      { documentId: documentIds.project(current.teamId, projectId), edit: doc => addNote(doc, head) },
    ];
  }

  async write({ noteId, body, base }: { noteId: string; body: string; base?: string | undefined }): Promise<Note> {
    const head = this.#find(noteId);
    this.#author(head.projectId);
    const { hub, ring } = this.#parts;
    ring.need(head.projectId);
    if (!this.mayEdit(noteId))
      throw new BenchmateError(
        'FORBIDDEN',
        `“${head.title}” was written before notes of this project were encrypted: the sync server can read it.`,
        'Write a new note, which is encrypted.',
      );
    await hub.change(this.#documentOf(head), doc =>
      writeNote(doc, base === undefined ? body : mergeText(base, noteBody(doc), body)),
    );
    return this.#note(head);
  }

  /** False for notes from before their project was encrypted: what is written in them the server could read. */
  mayEdit(noteId: string): boolean {
    const { ring, current } = this.#parts;
    if (isSealed(noteId) || current.replica.registry.encryptedProjects().length === 0) return true;
    const head = this.#heads().find(known => known.noteId === noteId);
    return !head || !ring.isEncrypted(head.projectId);
  }

  /** A note's name stands in its project, and its text in a document of the team: both must be open to the author. */
  #author(projectId: string): { device: string; name: string } {
    this.#parts.author();
    return this.#parts.author(projectId);
  }

  #find(noteId: string): NoteHead & { projectId: string } {
    const head = this.#heads().find(known => known.noteId === noteId);
    if (head) return head;
    throw new BenchmateError('NOT_FOUND', `There is no note ${noteId}.`, 'It may not have arrived on this device yet.');
  }

  #heads(only?: string): (NoteHead & { projectId: string })[] {
    const { hub, current, projects } = this.#parts;
    const ids = only === undefined ? projects.list().map(({ projectId }) => projectId) : [only];
    return ids.flatMap(projectId =>
      hub.read(documentIds.project(current.teamId, projectId), notesOf).map(head => ({ ...head, projectId })),
    );
  }

  #note(head: NoteHead & { projectId: string }): Note {
    const { hub } = this.#parts;
    const documentId = this.#documentOf(head);
    const body = hub.read(documentId, noteBody);
    return { ...head, documentId, body, ...this.#privacy(head) };
  }

  #privacy({ noteId, projectId }: { noteId: string; projectId: string }): Pick<Note, 'privacy' | 'notice'> {
    const { ring, sealed } = this.#parts;
    if (!isSealed(noteId)) return { privacy: 'open', notice: '' };
    const { locked, refused } = sealed.stateOf(projectId, sealedNames.note(noteId));
    if (locked || !ring.toWriteWith(projectId)) return { privacy: 'locked', notice: ring.waiting(projectId) };
    return { privacy: 'encrypted', notice: refused };
  }

  /** The text of an encrypted note is in the clear on this device alone. */
  #documentOf({ noteId, projectId }: { noteId: string; projectId: string }): string {
    const { teamId } = this.#parts.current;
    return isSealed(noteId)
      ? documentIds.clear(teamId, projectId, sealedNames.note(noteId))
      : documentIds.note(teamId, noteId);
  }

  /** Soon, and once for many keystrokes. */
  #announce(noteId: string): void {
    this.#changed.add(noteId);
    if (this.#changed.size > 1) return;
    this.#parts.clock.after(announceWithinMs, () => {
      const heads = new Map(this.#heads().map(head => [head.noteId, head]));
      for (const changed of this.#changed) {
        const head = heads.get(changed);
        if (head) this.announcer.announce(this.#note(head));
      }
      this.#changed.clear();
    });
  }
}
