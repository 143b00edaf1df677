import type { Random } from './random.ts';
import type { SimProcess, World } from './world.ts';

/** Whoever accepts connections at an address. */
export interface Listener {
  process: SimProcess;
  /** Answers one request. */
  request: (request: SimRequest) => Promise<SimAnswer>;
  /** Takes a WebSocket; the other end is at the client's. */
  upgrade: (request: SimRequest, stream: unknown) => void;
}

export interface SimRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string;
}

export interface SimAnswer {
  status: number;
  body: string;
}

interface Quality {
  latencyMs: number;
  jitterMs: number;
  bytesPerMs: number;
}

interface Item {
  bytes: number;
  readyAt: number;
  deliver: () => void;
}

/** A message of a WebSocket. */
export interface Sent {
  from: SimProcess;
  to: SimProcess;
  bytes: Uint8Array;
  isBinary: boolean;
}

export interface SocketEnd {
  machine: string;
  path: string;
  /** The subprotocol that was chosen. */
  protocol: string;
  send: (data: string | Uint8Array) => void;
}

const requestOverheadBytes = 200;
/** A simulation takes a hundredth of that. */
const maxSentBytes = 100_000_000;

/**
 * One direction of a connection: what is sent arrives in order, later, and all of it or only the first part. Where the way is
 * blocked it waits, as with TCP, which sends again until the way is free.
 */
export class Pipe {
  readonly from: string;
  readonly to: string;
  readonly #network: Network;
  #items: Item[] = [];
  #cancel: (() => void) | null = null;
  #bytes = 0;
  #lastReadyAt = 0;

  constructor(network: Network, from: string, to: string) {
    this.#network = network;
    this.from = from;
    this.to = to;
  }

  /** Bytes that are on their way. */
  get bytes(): number {
    return this.#bytes;
  }

  /** `deliver` runs on arrival, as a turn of nobody: it finds out whose it is. */
  send(bytes: number, deliver: () => void): void {
    this.#network.count(bytes);
    const readyAt = Math.max(this.#lastReadyAt, this.#network.arrival(this.from, this.to, bytes, this.#lastReadyAt));
    this.#lastReadyAt = readyAt;
    this.#bytes += bytes;
    this.#items.push({ bytes, readyAt, deliver });
    if (this.#items.length === 1) this.pump();
  }

  /** What is on its way is lost. */
  drop(): void {
    this.#items = [];
    this.#bytes = 0;
    this.#cancel?.();
  }

  pump(): void {
    const { world } = this.#network;
    const first = this.#items[0];
    this.#cancel?.();
    this.#cancel = null;
    if (!first) return;
    if (this.#network.isBlocked(this.from, this.to)) return this.#network.wait(this);
    this.#cancel = world.after(
      first.readyAt - world.now,
      () => {
        this.#cancel = null;
        if (this.#network.isBlocked(this.from, this.to)) return this.#network.wait(this);
        if (this.#items[0] !== first) return this.pump();
        this.#items.shift();
        this.#bytes -= first.bytes;
        this.pump();
        first.deliver();
      },
      null,
    );
  }
}

/** Machines by name, who listens on them, and how good the ways between them are. */
export class Network {
  readonly world: World;
  readonly #random: Random;
  readonly #listeners = new Map<string, Listener>();
  readonly #blocked = new Set<string>();
  readonly #waiting = new Set<Pipe>();
  readonly #quality = new Map<string, Quality>();
  #sentBytes = 0;

  constructor(world: World, random: Random) {
    this.world = world;
    this.#random = random;
  }

  /** Bytes that were sent. */
  count(bytes: number): void {
    this.#sentBytes += bytes;
    if (this.#sentBytes > maxSentBytes)
      this.world.failures.push(`P8: after ${maxSentBytes} bytes there is still no rest.`);
  }

  listen(address: string, listener: Listener): () => void {
    this.#listeners.set(address, listener);
    return () => {
      if (this.#listeners.get(address) === listener) this.#listeners.delete(address);
    };
  }

  /** Null when nobody listens there. */
  listener(address: string): Listener | null {
    const listener = this.#listeners.get(address);
    return listener?.process.alive ? listener : null;
  }

  /** Whether a machine runs: it then answers also for programs that are gone. */
  isUp: (machine: string) => boolean = () => true;
  /** Called with each message as it is sent. */
  sent: (message: Sent) => void = () => {};
  /** Called with each end of a new WebSocket, as a turn of its machine: who speaks a later version says more than the other side knows. */
  opened: (end: SocketEnd) => void = () => {};

  setQuality(from: string, to: string, quality: Quality): void {
    this.#quality.set(`${from}>${to}`, quality);
  }

  block(from: string, to: string): void {
    this.#blocked.add(`${from}>${to}`);
  }

  unblock(from: string, to: string): void {
    this.#blocked.delete(`${from}>${to}`);
    this.#goOn();
  }

  heal(): void {
    this.#blocked.clear();
    this.#quality.clear();
    this.#goOn();
  }

  isBlocked(from: string, to: string): boolean {
    return this.#blocked.has(`${from}>${to}`);
  }

  wait(pipe: Pipe): void {
    this.#waiting.add(pipe);
  }

  arrival(from: string, to: string, bytes: number, notBefore: number): number {
    const { latencyMs, jitterMs, bytesPerMs } = this.#quality.get(`${from}>${to}`) ?? normal;
    const begins = Math.max(this.world.now + latencyMs + this.#random.fraction() * jitterMs, notBefore);
    return begins + bytes / bytesPerMs;
  }

  /** As the global of that name, as far as it is used. */
  async fetch(url: string, { method = 'GET', headers, body, signal }: RequestInit): Promise<unknown> {
    const client = this.world.current;
    if (!client) throw new Error('A request of nobody.');
    const { host, hostname, pathname } = new URL(url);
    const request: SimRequest = {
      method,
      url: pathname,
      headers: { ...(headers as Record<string, string>), host },
      body: typeof body === 'string' ? body : '',
    };
    this.world.note(`fetch ${pathname}`);
    const { status, body: text } = await this.#exchange(client, { host, hostname }, request, signal ?? null);
    return { ok: status < 300, status, json: async () => JSON.parse(text) as unknown, text: async () => text };
  }

  #exchange(
    client: SimProcess,
    { host, hostname }: { host: string; hostname: string },
    request: SimRequest,
    signal: AbortSignal | null,
  ): Promise<SimAnswer> {
    const { world } = this;
    return new Promise((resolve, reject) => {
      const there = new Pipe(this, client.name, hostname);
      const back = new Pipe(this, hostname, client.name);
      const settle = (work: () => void) => world.after(0, work, client);
      const fail = (why: string) => settle(() => reject(new TypeError(`fetch failed: ${why}`)));
      signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      there.send(requestOverheadBytes + request.body.length, () => {
        const listener = this.listener(host);
        if (!listener) return back.send(40, () => void fail('ECONNREFUSED'));
        const { process } = listener;
        const forget = process.onDeath(how => {
          if (how === 'killed') back.send(40, () => void fail('ECONNRESET'));
        });
        world.after(
          0,
          async () => {
            void listener.request(request).then(answer => {
              forget();
              back.send(requestOverheadBytes + answer.body.length, () => void settle(() => resolve(answer)));
            });
          },
          process,
        );
      });
    });
  }

  #goOn(): void {
    const waiting = Array.from(this.#waiting);
    this.#waiting.clear();
    for (const pipe of waiting) pipe.pump();
  }
}

const normal: Quality = { latencyMs: 2, jitterMs: 6, bytesPerMs: 2000 };
