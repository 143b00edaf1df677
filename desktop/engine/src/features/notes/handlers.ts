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
  };
}
