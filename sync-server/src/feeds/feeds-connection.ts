import type { RawData, WebSocket } from 'ws';
import { toErrorShape } from '@benchmate/shared/errors/benchmate-error';
import type { Entry, FeedHeads, FeedVector } from '@benchmate/shared/facts/entry';
import { closeCode } from '@benchmate/shared/protocol/document-wire';
import { readFeedsMessage, type FeedsMessage } from '@benchmate/shared/protocol/feeds-wire';
import type { Counters } from '../operations/counters.ts';
import type { Taken, TeamFeeds } from './team-feeds.ts';

export interface FeedsConnectionParts {
  socket: WebSocket;
  device: string;
  team: TeamFeeds;
  counters: Counters;
  /** Entries were committed. */
  stored: (entries: Entry[]) => void;
  /** A second history of somebody was brought that was not known here: the others see it now. */
  forked: (entries: readonly Entry[]) => void;
}

export const maxFeedsMessageBytes = 16_000_000;
const entriesPerMessage = 500;

/** One device's connection for one team's feeds (shared/src/protocol/feeds-wire.ts). */
export class FeedsConnection {
  readonly device: string;
  readonly #parts: FeedsConnectionParts;
  /** What the other side has or was sent; null before its `have`. */
  #sent: FeedVector | null = null;
  /** Messages are handled one after the other. */
  #work: Promise<void> = Promise.resolve();

  constructor(parts: FeedsConnectionParts) {
    this.#parts = parts;
    this.device = parts.device;
    parts.socket.on('error', () => {}); // `close` follows
    parts.socket.on('message', (data, isBinary) => {
      const message = this.#parse(data, isBinary);
      if (message) this.#work = this.#work.then(() => this.#handle(message)).catch(error => this.#fail(error));
    });
  }

  /** Sends the entries that the other side lacks. */
  pass(entries: readonly Entry[]): void {
    if (!this.#sent) return; // its `have` is still to come, and brings them
    const news = entries.filter(({ author, seq }) => seq > (this.#sent?.[author] ?? 0));
    for (let at = 0; at < news.length; at += entriesPerMessage)
      this.#send({ type: 'entries', entries: news.slice(at, at + entriesPerMessage) });
    this.#mark(news);
  }

  /** Sends entries that do not follow what the other side has. */
  show(entries: readonly Entry[]): void {
    if (this.#sent && entries.length > 0) this.#send({ type: 'entries', entries: [...entries] });
  }

  close(code: number, reason: string): void {
    const { socket, counters } = this.#parts;
    if (socket.readyState === socket.OPEN) counters.closed(code);
    socket.close(code, reason);
  }

  #parse(data: RawData, isBinary: boolean): FeedsMessage | null {
    const text = data as Buffer;
    if (text.length > maxFeedsMessageBytes) {
      this.close(closeCode.tooLarge, `A message may have ${maxFeedsMessageBytes} bytes.`);
      return null;
    }
    try {
      if (isBinary) throw new TypeError('binary');
      return readFeedsMessage(text.toString('utf8'));
    } catch {
      this.#parts.counters.malformed++;
      this.close(closeCode.badRequest, 'Malformed message.');
      return null;
    }
  }

  async #handle(message: FeedsMessage): Promise<void> {
    const { team, device } = this.#parts;
    if (message.type === 'have') return this.#answer(message.vector, message.heads);
    if (message.type !== 'entries') return;
    const taken = await team.take(message.entries, device);
    this.#mark(message.entries);
    this.#report(taken);
    if (taken.stored.length > 0) this.#parts.stored(taken.stored);
    this.show(taken.instead);
    if (taken.evidence.length > 0) this.#parts.forked(taken.evidence);
    if (taken.gap) this.#send({ type: 'have', vector: (await team.lacking({})).have });
  }

  async #answer(vector: FeedVector, stated?: FeedHeads): Promise<void> {
    const { entries, have, heads, has } = await this.#parts.team.lacking(vector, stated);
    this.#sent = { ...has };
    this.pass(entries);
    this.#send({ type: 'have', vector: have, heads });
  }

  #report({ committed, refused }: Taken): void {
    this.#parts.counters.refused += refused.length;
    for (const entry of refused) this.#send({ type: 'refused', ...entry });
    if (Object.keys(committed).length > 0) this.#send({ type: 'ack', vector: committed });
  }

  #mark(entries: readonly Entry[]): void {
    if (!this.#sent) return;
    for (const { author, seq } of entries) this.#sent[author] = Math.max(this.#sent[author] ?? 0, seq);
  }

  #fail(error: unknown): void {
    this.close(1013, toErrorShape(error).message.slice(0, 100));
  }

  #send(message: FeedsMessage): void {
    const { socket } = this.#parts;
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
  }
}
