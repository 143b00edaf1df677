import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Note } from '@benchmate/shared/domain/note';
import { documentIds } from '@benchmate/shared/documents/document-id';
import { mergeText } from '@benchmate/shared/documents/merge-text';
import { noteBody, writeNote } from '@benchmate/shared/documents/note-document';
import { addNote, notesOf, type NoteHead } from '@benchmate/shared/documents/project-document';
import type { Announcer } from '../../host/announcer.ts';
import type { Clock, Random } from '../../host/clock.ts';
import { newId } from '../../host/new-id.ts';
import { changedKeys } from '../../replication/documents/changed-keys.ts';
import { documentKind } from '../../replication/documents/document-kind.ts';
import type { DocumentHub } from '../../replication/documents/hub.ts';
import type { CurrentTeam } from '../../replication/feeds/current-team.ts';

export interface NotesParts {
  hub: DocumentHub;
  current: CurrentTeam;
  clock: Clock;
  random: Random;
  announcer: Announcer<Note>;
  /** Projects of the team. */
  projects: { list: () => { projectId: string }[] };
  /** Who writes here; throws FORBIDDEN for who may only read. */
  author: (projectId?: string) => { device: string; name: string };
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
  }

  /** Newest first within a project. */
  list(projectId?: string): Note[] {
    return this.#heads(projectId).map(head => this.#note(head));
  }

  get(noteId: string): Note {
    return this.#note(this.#find(noteId));
  }

  async create({ projectId, title, body }: { projectId: string; title: string; body: string }): Promise<Note> {
    const { hub, current, clock, random, projects } = this.#parts;
    const author = this.#author(projectId);
    if (!projects.list().some(project => project.projectId === projectId))
      throw new BenchmateError('NOT_FOUND', `There is no project ${projectId}.`, 'Open its folder first.');
    const noteId = newId(random);
    const head = { noteId, title, author, createdAt: clock.now() };
    // The text first: whoever sees the head finds it. Both are in one commit.
    const text = hub.change(documentIds.note(current.teamId, noteId), doc => writeNote(doc, body));
    await Promise.all([text, hub.change(documentIds.project(current.teamId, projectId), doc => addNote(doc, head))]);
    return this.#note({ ...head, projectId });
  }

  async write({ noteId, body, base }: { noteId: string; body: string; base?: string | undefined }): Promise<Note> {
    const head = this.#find(noteId);
    this.#author(head.projectId);
    const { hub, current } = this.#parts;
    await hub.change(documentIds.note(current.teamId, noteId), doc =>
      writeNote(doc, base === undefined ? body : mergeText(base, noteBody(doc), body)),
    );
    return this.#note(head);
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
    const { hub, current } = this.#parts;
    const documentId = documentIds.note(current.teamId, head.noteId);
    return { ...head, documentId, body: hub.read(documentId, noteBody) };
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
