import { randomUUID } from 'node:crypto';
import { createClient } from '@redis/client';
import type { Log } from '../operations/log.ts';
import type { Peers } from './peers.ts';

/** What this process does with what others tell. */
export interface PeersListener {
  updated(document: string, number: number, update: Uint8Array): void;
  awareness(document: string, frame: Uint8Array): void;
  /** From now on what is told about this document arrives. */
  listening(document: string): void;
  /** Entries of a team were committed elsewhere. */
  entries(team: string): void;
  /** What others told may be lost: look into the storage. */
  missed(): void;
}

const kind = { update: 1, awareness: 2 } as const;
const headBytes = 16 + 1 + 6;
const lookEveryMs = 1000;
/** A process may die between its commit and its word: so this one looks from time to time, even while all are well. */
const lookAnywayEvery = 4;

type Client = ReturnType<typeof connectTo>;

/**
 * Other processes through Redis pub/sub: one channel a document and one for all teams. Redis stores nothing and may lose what it
 * likes: updates are numbered without gaps in the storage, so whoever misses one notices and reads it there. While Redis is away
 * this process looks into the storage once a second.
 */
export class RedisPeers implements Peers {
  readonly #me = Buffer.from(randomUUID().replaceAll('-', ''), 'hex');
  readonly #publisher: Client;
  readonly #subscriber: Client;
  readonly #prefix: string;
  #listener: PeersListener | null = null;
  readonly #look: NodeJS.Timeout;

  private constructor(url: string, prefix: string, log: Log) {
    this.#prefix = prefix;
    this.#publisher = connectTo(url);
    this.#subscriber = connectTo(url);
    let away = false;
    this.#subscriber.on('error', error => {
      if (!away) log('warn', 'redis-away', { reason: (error as { code?: string }).code ?? 'error' });
      away = true;
    });
    this.#publisher.on('error', () => {}); // the subscriber says so
    this.#subscriber.on('ready', () => {
      if (away) log('info', 'redis-back', {});
      away = false;
      this.#listener?.missed();
    });
    let looks = 0;
    this.#look = setInterval(() => {
      if (++looks % lookAnywayEvery === 0 || !this.#subscriber.isReady) this.#listener?.missed();
    }, lookEveryMs).unref();
  }

  /** `url`: redis://host:port. Does not wait for Redis: without it everything works, a second later. `prefix` keeps servers on one Redis apart. */
  static open(url: string, prefix: string, log: Log): RedisPeers {
    return new RedisPeers(url, prefix, log);
  }

  connect(listener: PeersListener): void {
    this.#listener = listener;
    void this.#publisher.connect().catch(() => {});
    void this.#subscriber.connect().catch(() => {});
    this.#subscribe(`${this.#prefix}:teams`, message => {
      if (message.subarray(0, 16).equals(this.#me)) return;
      listener.entries(message.subarray(16).toString('utf8'));
    });
  }

  tell(document: string, number: number, update: Uint8Array): void {
    this.#publish(document, kind.update, number, update);
  }

  spread(document: string, frame: Uint8Array): void {
    this.#publish(document, kind.awareness, 0, frame);
  }

  tellTeam(team: string): void {
    this.#send(`${this.#prefix}:teams`, Buffer.concat([this.#me, Buffer.from(team)]));
  }

  listen(document: string): void {
    const heard = (message: Buffer) => {
      if (message.subarray(0, 16).equals(this.#me)) return;
      const body = message.subarray(headBytes);
      if (message[16] === kind.update) this.#listener?.updated(document, message.readUIntBE(17, 6), body);
      else this.#listener?.awareness(document, body);
    };
    this.#subscribe(`${this.#prefix}:document:${document}`, heard, () => this.#listener?.listening(document));
  }

  ignore(document: string): void {
    this.#subscriber.unsubscribe(`${this.#prefix}:document:${document}`, undefined, true).catch(() => {});
  }

  close(): void {
    clearInterval(this.#look);
    this.#publisher.destroy();
    this.#subscriber.destroy();
  }

  #publish(document: string, type: number, number: number, body: Uint8Array): void {
    const head = Buffer.alloc(headBytes);
    this.#me.copy(head);
    head[16] = type;
    head.writeUIntBE(number, 17, 6);
    this.#send(`${this.#prefix}:document:${document}`, Buffer.concat([head, body]));
  }

  #send(channel: string, message: Buffer): void {
    if (this.#publisher.isReady) this.#publisher.publish(channel, message).catch(() => {});
  }

  #subscribe(channel: string, heard: (message: Buffer) => void, then = () => {}): void {
    this.#subscriber.subscribe(channel, heard, true).then(then, () => {});
  }
}

function connectTo(url: string) {
  return createClient({
    url,
    disableOfflineQueue: false,
    socket: { connectTimeout: 2000, reconnectStrategy: retries => Math.min(50 * 2 ** retries, 1000) },
  });
}
