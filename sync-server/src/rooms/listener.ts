import type { Teams } from '../feeds/teams.ts';
import type { PeersListener } from './redis-peers.ts';
import type { Rooms } from './rooms.ts';

/** What other processes tell, passed on to whoever is connected here. What fails is read again with the next word or look. */
export function listenerFor(rooms: Rooms, teams: Teams): PeersListener {
  const refresh = (team: string) => void teams.refresh(team).catch(() => {});
  return {
    updated: (document, number, update) => rooms.get(document)?.heard(number, update),
    awareness: (document, frame) => rooms.get(document)?.spreadHere(frame),
    listening: document => void rooms.get(document)?.catchUp(),
    entries: refresh,
    missed() {
      for (const room of rooms.all()) void room.catchUp();
      for (const team of teams.open()) refresh(team);
    },
  };
}
