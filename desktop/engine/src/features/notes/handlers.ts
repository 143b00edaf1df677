import type { Handlers } from '@benchmate/shared/protocol/contract';
import type { notes } from '@benchmate/shared/protocol/notes';
import type { NotesService } from './service.ts';

export function notesHandlers(service: NotesService): Handlers<typeof notes> {
  return {
    list: ({ projectId, about }) => service.list(projectId, about),
    titles: ({ projectId }) => service.titles(projectId),
    get: ({ noteId }) => service.get(noteId),
    create: input => service.create(input),
    write: input => service.write(input),
    changes: (_input, signal, lastId) => service.announcer.subscribe(signal, lastId),
    titleChanges: async function* (_input, signal, lastId) {
      const told = new Map<string, string>();
      for await (const { id, data } of service.announcer.subscribe(signal, lastId)) {
        const { noteId, projectId, title, author, createdAt, about } = data;
        const head = { noteId, projectId, title, author, createdAt, about };
        const telling = JSON.stringify(head);
        if (told.get(noteId) === telling) continue;
        told.set(noteId, telling);
        yield { id, data: head };
      }
    },
  };
}
