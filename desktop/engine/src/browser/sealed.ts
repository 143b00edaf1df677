import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { CurrentTeam } from '../replication/feeds/current-team.ts';
import type { NotesParts } from '../features/notes/service.ts';

const sentence = 'Notes and comments of this project are encrypted for engines; this browser cannot read them.';

/** What is encrypted stays so: the key of a browser signs and does nothing else, so no key of a project can be given to it. */
export const sealedIn = (current: CurrentTeam): Pick<NotesParts, 'ring' | 'sealed'> => {
  const isEncrypted = (project: string) => current.replica.registry.keysOf(project) !== null;
  return {
    ring: {
      isEncrypted,
      need: project => {
        if (isEncrypted(project)) throw new BenchmateError('FORBIDDEN', sentence, 'Install Benchmate to read them.');
      },
      toWriteWith: () => null,
      waiting: () => `${sentence} Install Benchmate to read them.`,
    },
    sealed: { onState: () => () => {}, stateOf: () => ({ locked: true, refused: '' }) },
  };
};
