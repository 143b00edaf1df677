import type { WebSocket } from 'ws';
import { closeCode } from '@benchmate/shared/protocol/document-wire';
import type { Entry } from '@benchmate/shared/facts/entry';
import { isMembershipFact } from '@benchmate/shared/facts/membership-kinds';
import { heldBy, type Held } from '@benchmate/shared/facts/rights';
import type { Counters } from '../operations/counters.ts';
import type { EntryStore } from '../storage/ports.ts';
import { FeedsConnection } from './feeds-connection.ts';
import { TeamFeeds } from './team-feeds.ts';

export interface TeamsParts {
  log: EntryStore;
  maxMembers: number;
  counters: Counters;
  now: () => number;
  /** Entries were committed here: other processes do not know of them yet. */
  committed: (teamId: string) => void;
  /** Somebody joined a team, was removed from it or got another role. */
  membersChanged: (teamId: string, heldBy: (device: string) => Held | null) => void;
}

interface OpenTeam {
  feeds: TeamFeeds;
  /** Devices that are members now. */
  active: ReadonlySet<string>;
  connections: Set<FeedsConnection>;
}

const keptOpen = 200;

/** The teams that this server knows, read when they are first needed. */
export class Teams {
  readonly #parts: TeamsParts;
  readonly #open = new Map<string, Promise<OpenTeam>>();
  /** Connections of teams that are open, so that those of other teams can be forgotten. */
  readonly #busy = new Map<string, number>();

  constructor(parts: TeamsParts) {
    this.#parts = parts;
  }

  async feedsOf(teamId: string): Promise<TeamFeeds> {
    return (await this.#team(teamId)).feeds;
  }

  all(): Promise<string[]> {
    return this.#parts.log.teams();
  }

  /** What a device is in a team; null for strangers. */
  async heldBy(teamId: string, device: string): Promise<Held | null> {
    return heldIn(await this.feedsOf(teamId), device);
  }

  async enter(teamId: string, device: string, socket: WebSocket): Promise<void> {
    const team = await this.#team(teamId);
    if (socket.readyState !== socket.OPEN) return;
    const stored = (entries: Entry[]) => this.#stored(teamId, team, connection, entries);
    const { counters } = this.#parts;
    const forked = (entries: readonly Entry[]) => {
      for (const other of team.connections) if (other !== connection) other.show(entries);
    };
    const connection = new FeedsConnection({ socket, device, team: team.feeds, counters, stored, forked });
    team.connections.add(connection);
    this.#busy.set(teamId, (this.#busy.get(teamId) ?? 0) + 1);
    socket.on('close', () => {
      team.connections.delete(connection);
      this.#busy.set(teamId, (this.#busy.get(teamId) ?? 1) - 1);
      if (team.connections.size === 0) team.feeds.rest();
    });
  }

  /** Passes on what other processes committed for a team that is open here. */
  async refresh(teamId: string): Promise<void> {
    const team = await this.#open.get(teamId);
    if (!team) return;
    const entries = await team.feeds.refresh();
    if (entries.length > 0) this.#passOn(teamId, team, null, entries);
  }

  open(): Iterable<string> {
    return this.#open.keys();
  }

  #stored(teamId: string, team: OpenTeam, sender: FeedsConnection, entries: Entry[]): void {
    this.#parts.counters.entries += entries.length;
    this.#parts.committed(teamId);
    this.#passOn(teamId, team, sender, entries);
  }

  #passOn(teamId: string, team: OpenTeam, sender: FeedsConnection | null, entries: Entry[]): void {
    const { feeds, connections, active: before } = team;
    for (const connection of connections) if (connection !== sender) connection.pass(entries);
    if (!entries.some(entry => isMembershipFact({ entry }))) return;
    team.active = activeIn(feeds);
    // Whoever joined by an invite that had been withdrawn apart from it is no former member, but none at all.
    for (const connection of connections)
      if (before.has(connection.device) && !team.active.has(connection.device))
        connection.close(closeCode.forbidden, 'You are not a member of this team any more.');
    this.#parts.membersChanged(teamId, device => heldIn(feeds, device));
  }

  #team(teamId: string): Promise<OpenTeam> {
    const open = this.#open.get(teamId);
    if (open) return open;
    for (const id of this.#open.keys())
      if (this.#open.size >= keptOpen && !this.#busy.get(id)) {
        this.#open.delete(id);
        this.#busy.delete(id);
      }
    const opening = TeamFeeds.open(teamId, this.#parts).then(feeds => ({
      feeds,
      active: activeIn(feeds),
      connections: new Set<FeedsConnection>(),
    }));
    this.#open.set(teamId, opening);
    opening.catch(() => this.#open.delete(teamId));
    return opening;
  }
}

const activeIn = ({ membership: { members } }: TeamFeeds): ReadonlySet<string> =>
  new Set(members.filter(({ active }) => active).map(({ device }) => device));

/** Null for a stranger and for a former member. */
function heldIn({ membership: { members } }: TeamFeeds, device: string): Held | null {
  const member = members.find(each => each.active && each.device === device);
  return member ? heldBy(member, members) : null;
}
