import type { WebSocket } from 'ws';
import type { Entry, FeedVector } from '@benchmate/shared/facts/entry';
import { isMembershipFact } from '@benchmate/shared/facts/membership-kinds';
import { readFeedsMessage, type FeedsMessage } from '@benchmate/shared/protocol/feeds-wire';
import type { FeedReplica } from '../feeds/replica.ts';
import { socketUrl } from './access.ts';
import { SyncSocket, ticketProtocols } from './socket.ts';

export interface FeedsLinkParts {
  serverUrl: string;
  ticket: string;
  replica: FeedReplica;
  /** What is held or shared changed. */
  changed: () => void;
  /** A sentence about an entry that either side did not take; `own`: the server did not take one of this device. */
  refused: (sentence: string, own?: { seq: number; reason: string }) => void;
}

/** How a connection ended. `code` is WebSocket's. */
export interface LinkEnd {
  code: number;
  reason: string;
}

const entriesPerMessage = 500;

/** One connection for one team's feeds (shared/src/protocol/feeds-wire.ts), from its opening to its end. Never reconnects itself. */
export class FeedsLink {
  /** Resolves when the server said what it has and everything of that is held here; also when the link ends before. */
  readonly caughtUp: Promise<void>;
  readonly ended: Promise<LinkEnd>;
  readonly #parts: FeedsLinkParts;
  readonly #socket: WebSocket;
  readonly #detach: () => void;
  /** What the server has, as far as this side knows, sent entries included; null before its `have`. */
  #sent: FeedVector | null = null;
  #serverHas: FeedVector = {};
  /** What was stored here when the server was last asked for what is missing. */
  #asked: FeedVector | null = null;
  /** What was offered and not answered yet: highest seq per author, in order. */
  #offers: FeedVector[] = [];
  /** Author → highest seq of an offer of which an entry was refused: offered again only together with something newer. */
  readonly #stuck = new Map<string, number>();
  #tellCaughtUp = () => {};
  #acknowledged = new Set<() => void>();
  /** Messages are handled one after the other, in order. */
  #work: Promise<void> = Promise.resolve();
  /** What is still on its way then says what was true before: the next connection may know better already. */
  #isOver = false;

  constructor(parts: FeedsLinkParts) {
    this.#parts = parts;
    const { serverUrl, ticket, replica } = parts;
    this.#socket = new SyncSocket(`${socketUrl(serverUrl)}/~feeds/${replica.teamId}`, ticketProtocols(ticket));
    this.caughtUp = new Promise(resolve => (this.#tellCaughtUp = resolve));
    this.#detach = replica.onEntries(() => this.#offer());
    this.ended = new Promise(resolve => {
      this.#socket.on('close', (code, reason) => {
        this.#isOver = true;
        this.#detach();
        this.#tellCaughtUp();
        for (const tell of this.#acknowledged) tell();
        resolve({ code, reason: reason.toString() });
      });
    });
    this.#socket.on('open', () => this.#ask());
    this.#socket.on('error', () => {}); // `close` follows
    this.#socket.on('message', (data: Buffer) => {
      this.#work = this.#work
        .then(() => this.#handle(readFeedsMessage(data.toString('utf8'))))
        .catch(() => this.#socket.close(1011, 'cannot take this message'));
    });
  }

  close(): void {
    this.#isOver = true;
    this.#socket.close(1000);
  }

  /** Resolves when the server committed this device's entries up to `seq`; also when the link ends: look at `shared`. */
  async acknowledged(seq: number): Promise<void> {
    const { replica } = this.#parts;
    while ((replica.shared[replica.keys.device] ?? 0) < seq && this.#socket.readyState <= this.#socket.OPEN)
      await new Promise<void>(resolve => this.#acknowledged.add(resolve));
  }

  #ask(): void {
    const { stored, heads } = this.#parts.replica;
    if (this.#asked === stored) return; // the same question has the same answer
    this.#asked = stored;
    this.#send({ type: 'have', vector: stored, heads });
  }

  async #handle(message: FeedsMessage | null): Promise<void> {
    if (this.#isOver || !message) return;
    const { replica } = this.#parts;
    if (message.type === 'have') {
      this.#serverHas = message.vector;
      const shared = replica.heldBy({ feeds: message.vector, heads: message.heads });
      this.#sent = { ...shared };
      await replica.setShared(shared);
      this.#offer();
    } else if (message.type === 'ack') {
      this.#offers = this.#offers.filter(offer => !covers(message.vector, offer));
      await replica.setShared(highest(replica.shared, message.vector));
      for (const tell of this.#acknowledged) tell();
      this.#acknowledged.clear();
    } else if (message.type === 'entries') {
      this.#sent = this.#sent && highest(this.#sent, vectorOf(message.entries));
      // What was refused before may be taken by those who belong to the team now.
      if (message.entries.some(entry => isMembershipFact({ entry }))) this.#stuck.clear();
      const { rejected, gap } = await replica.receive(message.entries);
      for (const sentence of rejected) this.#parts.refused(sentence);
      if (gap) this.#ask();
    } else {
      const own = message.author === replica.keys.device;
      this.#refused(message.author, message.seq);
      this.#parts.refused(
        `The sync server refused ${own ? 'a fact of this device' : 'a fact of another device'}: ${message.reason}`,
        own ? message : undefined,
      );
    }
    if (this.#sent && covers(replica.stored, this.#serverHas)) this.#tellCaughtUp();
    this.#parts.changed();
  }

  /** Sends what the server lacks. */
  #offer(): void {
    if (!this.#sent) return;
    const { replica } = this.#parts;
    if (covers(this.#sent, replica.stored)) return;
    const isStuck = ({ author }: Entry) => (this.#stuck.get(author) ?? -1) >= (replica.stored[author] ?? 0);
    const lacking = replica.storedAfter(this.#sent).filter(entry => !isStuck(entry));
    for (let at = 0; at < lacking.length; at += entriesPerMessage) {
      const entries = lacking.slice(at, at + entriesPerMessage);
      this.#offers.push(vectorOf(entries));
      this.#send({ type: 'entries', entries });
    }
    this.#sent = highest(this.#sent, vectorOf(lacking));
    this.#parts.changed();
  }

  /** Whether an entry counts may depend on a later one: a former member's facts are taken once it has joined again. */
  #refused(author: string, seq: number): void {
    const offer = this.#offers.findIndex(highestSeq => (highestSeq[author] ?? 0) >= seq);
    const highestOffered = this.#offers[offer]?.[author] ?? seq;
    this.#offers = this.#offers.slice(offer + 1);
    this.#stuck.set(author, Math.max(this.#stuck.get(author) ?? 0, highestOffered));
    if (this.#sent) this.#sent[author] = Math.min(this.#sent[author] ?? 0, seq - 1);
    this.#offer();
  }

  #send(message: FeedsMessage): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify(message));
  }
}

const covers = (vector: FeedVector, wanted: FeedVector): boolean =>
  Object.entries(wanted).every(([author, seq]) => (vector[author] ?? 0) >= seq);

function highest(a: FeedVector, b: FeedVector): FeedVector {
  const result = { ...a };
  for (const [author, seq] of Object.entries(b)) result[author] = Math.max(result[author] ?? 0, seq);
  return result;
}

function vectorOf(entries: readonly Entry[]): FeedVector {
  return entries.reduce<FeedVector>((vector, { author, seq }) => highest(vector, { [author]: seq }), {});
}
