import type { WebSocket } from 'ws';
import type { Role } from '@benchmate/shared/domain/team';
import { closeCode } from '@benchmate/shared/protocol/document-wire';
import type { Entry } from '@benchmate/shared/facts/entry';
import type { Counters } from '../operations/counters.ts';
import type { Store } from '../storage/database.ts';
import type { EntryLog } from '../storage/entries.ts';
import { FeedsConnection } from './feeds-connection.ts';
import { TeamFeeds } from './team-feeds.ts';

export interface TeamsParts {
  store: Store;
  log: EntryLog;
  counters: Counters;
  now: () => number;
  /** Somebody joined a team, or was removed from it. */
  membersChanged: (teamId: string) => void;
}

interface OpenTeam {
  feeds: TeamFeeds;
  connections: Set<FeedsConnection>;
}

const keptOpen = 200;

/** The teams that this server knows, read when they are first needed. */
export class Teams {
  readonly #parts: TeamsParts;
  readonly #open = new Map<string, OpenTeam>();

  constructor(parts: TeamsParts) {
    this.#parts = parts;
  }

  feedsOf(teamId: string): TeamFeeds {
    return this.#team(teamId).feeds;
  }

  /** Null for a stranger and for a former member. */
  roleOf(teamId: string, device: string): Role | null {
    const { members } = this.feedsOf(teamId).membership;
    return members.find(member => member.active && member.device === device)?.role ?? null;
  }

  enter(teamId: string, device: string, socket: WebSocket): void {
    const team = this.#team(teamId);
    const stored = (entries: Entry[]) => this.#stored(teamId, team, connection, entries);
    const connection = new FeedsConnection({
      socket,
      device,
      team: team.feeds,
      counters: this.#parts.counters,
      stored,
    });
    team.connections.add(connection);
    socket.on('close', () => team.connections.delete(connection));
  }

  #stored(teamId: string, { feeds, connections }: OpenTeam, sender: FeedsConnection, entries: Entry[]): void {
    this.#parts.counters.entries += entries.length;
    for (const connection of connections) if (connection !== sender) connection.pass(entries);
    if (!entries.some(({ fact }) => fact.kind === 'member.added' || fact.kind === 'member.removed')) return;
    for (const connection of connections)
      if (feeds.membership.members.some(({ active, device }) => !active && device === connection.device))
        connection.close(closeCode.forbidden, 'You are not a member of this team any more.');
    this.#parts.membersChanged(teamId);
  }

  #team(teamId: string): OpenTeam {
    const open = this.#open.get(teamId);
    if (open) return open;
    const { store, log, now } = this.#parts;
    const team = { feeds: new TeamFeeds(teamId, { store, log, now }), connections: new Set<FeedsConnection>() };
    for (const [id, { connections }] of this.#open)
      if (this.#open.size >= keptOpen && connections.size === 0) this.#open.delete(id);
    this.#open.set(teamId, team);
    return team;
  }
}
