import type { SyncState } from '@benchmate/shared/domain/team';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { isMembershipFact } from '@benchmate/shared/facts/membership-kinds';
import { closeCode } from '@benchmate/shared/protocol/document-wire';
import type { Clock } from '../../host/clock.ts';
import type { DocumentHub } from '../documents/hub.ts';
import type { DocumentKeeper } from '../documents/store.ts';
import type { FeedReplica } from '../feeds/replica.ts';
import { requestTicket } from './access.ts';
import { backoffMs, refusedRetryMs } from './backoff.ts';
import { FeedsLink, type LinkEnd } from './feeds-link.ts';
import { SyncRefusals, type SyncRefusal } from './refusals.ts';
import { TeamDocumentsLink } from './team-documents-link.ts';

export interface ConnectionParts {
  documents: DocumentKeeper;
  hub: DocumentHub;
  clock: Clock;
  replica: FeedReplica;
  serverUrl: string;
  /** The state or the number of unshared changes changed. */
  changed: () => void;
  warn: (sentence: string) => void;
}

export interface ConnectionState {
  state: Extract<SyncState, 'connecting' | 'online' | 'offline' | 'refused'>;
  since: number;
  /** One sentence; empty when all is well. */
  message: string;
  /** What to do about a refusal; empty where that is not known. */
  nextStep: string;
}

const longestTicketMs = 20 * 60_000;
const catchUpLimitMs = 5000;

/**
 * Keeps one team connected to one sync server until `stop`: a ticket, then the team's feeds, then all its documents.
 * The feeds go first, because what a device may do with documents follows from the membership in them, and they lead:
 * when their connection ends, the documents' connections end too, and all begin again with a new ticket.
 */
export class SyncConnection {
  readonly #parts: ConnectionParts;
  readonly #documents: TeamDocumentsLink;
  readonly #stopped = new AbortController();
  #feeds: FeedsLink | null = null;
  #state: ConnectionState;
  readonly #detach: () => void;
  #refreshing = false;
  #cancelRefresh = () => {};
  readonly #refusals = new SyncRefusals();

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
    this.#state = { state: 'connecting', since: parts.clock.now(), message: '', nextStep: '' };
    this.#documents = new TeamDocumentsLink({
      ...parts,
      teamId: parts.replica.teamId,
      ticketExpired: () => void this.#refreshTicket(),
      refused: (documentId, reason, code) => {
        if (this.#refuse({ kind: 'document', documentId }, reason, code))
          parts.warn(`The sync server refused the document ${documentId}: ${reason}`);
      },
      took: documentId => this.#refusals.took(documentId) && parts.changed(),
      gap: documentId => parts.warn(`Updates of the document ${documentId} were missing and were asked for again.`),
    });
    this.#detach = parts.replica.onEntries(added => {
      if (added.some(isMembershipFact)) this.#documents.tryRefused();
    });
    void this.#run();
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** What was written here and is not taken by the server. */
  get refusals(): SyncRefusal[] {
    const { replica } = this.#parts;
    this.#refusals.holds(replica.shared[replica.keys.device] ?? 0);
    return this.#refusals.all();
  }

  /** Whether that is news. */
  #refuse(what: SyncRefusal['what'], reason: string, code: number | null): boolean {
    const isNews = this.#refusals.add({ what, reason, code, since: this.#parts.clock.now() });
    if (isNews) this.#parts.changed();
    return isNews;
  }

  stop(): void {
    this.#stopped.abort();
    this.#detach();
    this.#feeds?.close();
    this.#documents.dispose();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopped;
    for (let failures = 0; !signal.aborted; failures++) {
      try {
        const end = await this.#connectOnce(() => (failures = 0));
        if (signal.aborted) return;
        if (end.code === closeCode.forbidden) throw refusedBy(this.#parts.serverUrl, end.reason);
        this.#set('offline', `The connection to ${this.#parts.serverUrl} was lost.`);
      } catch (error) {
        const refused = error instanceof BenchmateError && error.code === 'FORBIDDEN';
        const message = error instanceof Error ? error.message : String(error);
        this.#set(refused ? 'refused' : 'offline', message, refused ? error.nextStep : '');
        if (refused) await this.#wait(refusedRetryMs);
      }
      await this.#wait(backoffMs(failures, Math.random()));
    }
  }

  async #connectOnce(succeeded: () => void): Promise<LinkEnd> {
    const { serverUrl, replica, changed, warn } = this.#parts;
    const { ticket, expiresAt } = await requestTicket(serverUrl, replica.keys);
    if (this.#stopped.signal.aborted) return { code: 1000, reason: '' };
    let refusal = '';
    const feeds = new FeedsLink({
      serverUrl,
      ticket,
      replica,
      changed,
      refused: (sentence, own) => {
        refusal = sentence;
        warn(sentence);
        if (own) this.#refuse({ kind: 'fact', seq: own.seq }, own.reason, null);
        if (this.#state.state === 'online') this.#set('online', sentence);
      },
    });
    this.#feeds = feeds;
    this.#refreshBefore(expiresAt);
    try {
      let end: LinkEnd | null = null;
      void feeds.ended.then(ended => (end = ended));
      await Promise.race([feeds.caughtUp, this.#wait(catchUpLimitMs)]);
      const own = replica.feeds.head(replica.keys.device)?.seq ?? 0;
      await Promise.race([feeds.acknowledged(own), this.#wait(catchUpLimitMs)]);
      if (!end && !this.#stopped.signal.aborted) {
        succeeded();
        this.#documents.connect(ticket);
        this.#set('online', refusal);
      }
      return await feeds.ended;
    } finally {
      this.#cancelRefresh();
      feeds.close();
      if (!this.#stopped.signal.aborted) this.#documents.disconnect();
    }
  }

  #refreshBefore(expiresAt: number): void {
    const { clock } = this.#parts;
    // The clocks of server and device may be years apart: too early costs a request, too late the connection.
    const delayMs = Math.min(Math.max((expiresAt - clock.now()) / 2, 10_000), longestTicketMs / 2);
    this.#cancelRefresh = clock.after(delayMs, () => void this.#refreshTicket());
  }

  async #refreshTicket(): Promise<void> {
    if (this.#refreshing) return;
    this.#refreshing = true;
    try {
      const { ticket, expiresAt } = await requestTicket(this.#parts.serverUrl, this.#parts.replica.keys);
      if (this.#state.state !== 'online' || this.#stopped.signal.aborted) return;
      this.#documents.connect(ticket);
      this.#cancelRefresh();
      this.#refreshBefore(expiresAt);
    } catch {
      this.#feeds?.close(); // begins again, and then says what is wrong
    } finally {
      this.#refreshing = false;
    }
  }

  #set(state: ConnectionState['state'], message: string, nextStep = ''): void {
    const same = this.#state.state === state;
    if (same && this.#state.message === message) return;
    this.#state = { state, since: same ? this.#state.since : this.#parts.clock.now(), message, nextStep };
    this.#parts.changed();
  }

  #wait(ms: number): Promise<void> {
    const { signal } = this.#stopped;
    return new Promise(resolve => {
      if (signal.aborted) return resolve();
      const done = () => {
        cancel();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const cancel = this.#parts.clock.after(ms, done);
      signal.addEventListener('abort', done, { once: true });
    });
  }
}

const refusedBy = (serverUrl: string, reason: string) =>
  new BenchmateError('FORBIDDEN', `The sync server ${serverUrl} does not let this device in: ${reason}`);
