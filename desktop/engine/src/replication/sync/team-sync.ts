import type { SyncStatus } from '@benchmate/shared/domain/team';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Clock } from '../../host/clock.ts';
import type { DocumentHub } from '../documents/hub.ts';
import type { DocumentKeeper } from '../documents/store.ts';
import type { CurrentTeam } from '../feeds/current-team.ts';
import { SyncConnection } from './connection.ts';
import { withOtherWays, type OtherWays } from './without-server.ts';
import type { SyncRefusal } from './refusals.ts';

export interface TeamSyncParts {
  documents: DocumentKeeper;
  hub: DocumentHub;
  clock: Clock;
  current: CurrentTeam;
  /** What is shared without a server. */
  ways?: OtherWays;
  warn: (sentence: string) => void;
}

export interface SyncSettings {
  serverUrl: string | null;
  paused: boolean;
}

const announceWithinMs = 40;

/** The current team's connection, as the person wants it, and what to say about it. */
export class TeamSync {
  readonly #parts: TeamSyncParts;
  readonly #listeners = new Set<() => void>();
  #settings: SyncSettings = { serverUrl: null, paused: false };
  #connection: SyncConnection | null = null;
  #since: number;
  #announcing = false;

  constructor(parts: TeamSyncParts) {
    this.#parts = parts;
    this.#since = parts.clock.now();
    parts.ways?.folder.onChange(() => this.#announce());
    parts.ways?.direct.onChange(() => this.#announce());
  }

  get settings(): SyncSettings {
    return this.#settings;
  }

  /** Called soon after the status changed; many changes in a row are one. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Begins anew for the current team with these settings. */
  configure(settings: SyncSettings): void {
    this.#connection?.stop();
    this.#connection = null;
    this.#settings = settings;
    this.#since = this.#parts.clock.now();
    const { serverUrl, paused } = settings;
    if (serverUrl !== null && !paused)
      this.#connection = new SyncConnection({
        ...this.#parts,
        replica: this.#parts.current.replica,
        serverUrl,
        changed: () => this.#announce(),
      });
    this.#announce();
  }

  stop(): void {
    this.#connection?.stop();
    this.#connection = null;
  }

  /** What was written here and is not taken by the server, as far as the present connection knows. */
  refusals(): SyncRefusal[] {
    return this.#connection?.refusals ?? [];
  }

  status(): SyncStatus {
    return withOtherWays(this.#withServer(), this.#parts.ways);
  }

  #withServer(): SyncStatus {
    const { current, documents } = this.#parts;
    const { serverUrl, paused } = this.#settings;
    const unshared = current.replica.unshared + documents.countUnshared(current.teamId);
    if (serverUrl === null) {
      // Alone there is nobody to share with: nothing waits.
      const alone = current.replica.registry.membership.members.filter(({ active }) => active).length <= 1;
      const message = alone ? 'You work alone: nothing is shared.' : waiting('No sync server is chosen', unshared);
      return { state: 'off', serverUrl, unshared: alone ? 0 : unshared, since: this.#since, message };
    }
    if (paused || !this.#connection) {
      const message = waiting('Sharing is paused', unshared);
      return { state: 'paused', serverUrl, unshared, since: this.#since, message };
    }
    const { state, since, message } = this.#connection.state;
    if (state !== 'offline') return { state, serverUrl, unshared, since, message };
    return { state, serverUrl, unshared, since, message: unshared > 0 ? notSharedSince(unshared, since) : message };
  }

  /** Resolves when connected; rejects with OFFLINE (or what the server answered) when not within the time. */
  async untilOnline(withinMs: number): Promise<void> {
    const { clock } = this.#parts;
    const deadline = clock.monotonic() + withinMs;
    for (;;) {
      const { state, message, serverUrl } = this.status();
      if (state === 'online') return;
      const leftMs = deadline - clock.monotonic();
      if (state === 'refused') throw this.#refused(message);
      if (state !== 'connecting' && state !== 'offline') throw offline(state, message);
      if (leftMs <= 0) throw offline(state, `The sync server ${serverUrl} does not answer.`);
      await this.#change(leftMs);
    }
  }

  /** Resolves when the server has committed every fact of this device; rejects with OFFLINE when not within the time. */
  async untilShared(withinMs: number): Promise<void> {
    const { clock, current } = this.#parts;
    const deadline = clock.monotonic() + withinMs;
    while (current.replica.unshared > 0) {
      await this.untilOnline(Math.max(0, deadline - clock.monotonic()));
      if (current.replica.unshared === 0) return;
      if (clock.monotonic() >= deadline)
        throw new BenchmateError('OFFLINE', 'The sync server did not confirm in time.', 'Try again when it answers.');
      await this.#change(deadline - clock.monotonic());
    }
  }

  #refused(message: string): BenchmateError {
    const { nextStep = '' } = this.#connection?.state ?? {};
    return new BenchmateError('FORBIDDEN', message, nextStep || 'Ask an owner of the team for a new invite.');
  }

  #change(withinMs: number): Promise<void> {
    return new Promise(resolve => {
      const cancel = this.#parts.clock.after(withinMs, done);
      const detach = this.onChange(done);
      function done() {
        cancel();
        detach();
        resolve();
      }
    });
  }

  #announce(): void {
    if (this.#announcing) return;
    this.#announcing = true;
    this.#parts.clock.after(announceWithinMs, () => {
      this.#announcing = false;
      for (const listener of this.#listeners) listener();
    });
  }
}

const waiting = (why: string, unshared: number) => (unshared > 0 ? `${why}: ${unshared} not shared.` : `${why}.`);

function notSharedSince(unshared: number, since: number): string {
  const time = new Date(since).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  return `${unshared} not shared since ${time}.`;
}

function offline(state: string, message: string): BenchmateError {
  const next = {
    off: 'Choose one with `benchmate sync connect <url>`.',
    paused: 'Resume sharing, then try again.',
  }[state];
  return new BenchmateError('OFFLINE', message, next ?? 'Try again when it answers.');
}
