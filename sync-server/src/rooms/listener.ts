import type { Teams } from '../feeds/teams.ts';
import type { DocumentStore } from '../storage/ports.ts';
import type { PeersListener } from './redis-peers.ts';
import type { Rooms } from './rooms.ts';

export interface ListenerParts {
  rooms: Rooms;
  teams: Teams;
  documents: DocumentStore;
}

/** What other processes tell, passed on to whoever is connected here. What fails is read again with the next look. */
export function listenerFor({ rooms, teams, documents }: ListenerParts): PeersListener {
  const refresh = (team: string) => void teams.refresh(team).catch(() => {});
  const look = async () => {
    const open = [...rooms.all()];
    const heads = await documents.heads(open.map(({ name }) => name));
    for (const room of open) room.look(heads[room.name] ?? 0);
  };
  return {
    updated: (document, number, update) => rooms.get(document)?.heard(number, update),
    awareness: (document, frame) => rooms.get(document)?.spreadHere(frame),
    listening: document => void rooms.get(document)?.catchUp(),
    entries: refresh,
    missed() {
      look().catch(() => {});
      for (const team of teams.open()) refresh(team);
    },
  };
}
