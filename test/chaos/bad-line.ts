import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** How a line is while it is bad. Nothing is lost within a connection, as with TCP: what a network drops comes later. */
export interface LineQuality {
  latencyMs: number;
  /** Added to single pieces, each time another part of it. */
  jitterMs: number;
  /** What is sent arrives in pieces of at most so many bytes. */
  pieceBytes: number;
}

type Direction = 'there' | 'back';
const good: LineQuality = { latencyMs: 0, jitterMs: 0, pieceBytes: Infinity };

/** A TCP proxy on loopback that delays, slices, holds back and cuts what goes through it. */
export class BadLine {
  readonly port: number;
  /** Where new connections lead; the present ones stay. */
  target: number;
  quality: LineQuality = good;
  readonly #server: Server;
  readonly #dice: () => number;
  readonly #ways = new Set<Way>();
  readonly #blocked = new Set<Direction>();

  private constructor(server: Server, target: number, dice: () => number) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    this.target = target;
    this.#dice = dice;
    server.on('connection', socket => this.#accept(socket));
  }

  static async open(target: number, dice: () => number): Promise<BadLine> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new BadLine(server, target, dice);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Ends all connections, without a goodbye on either side. */
  cut(): void {
    for (const way of this.#ways) way.end();
  }

  /** Holds back what goes in these directions, until `heal`. */
  block(...directions: Direction[]): void {
    for (const direction of directions) this.#blocked.add(direction);
  }

  heal(): void {
    this.#blocked.clear();
    this.quality = good;
    for (const way of this.#ways) way.goOn();
  }

  async close(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #accept(client: Socket): void {
    const server = connect(this.target, '127.0.0.1');
    for (const [from, to, direction] of [
      [client, server, 'there'],
      [server, client, 'back'],
    ] as const) {
      const way = new Way(from, to, {
        isBlocked: () => this.#blocked.has(direction),
        quality: () => this.quality,
        dice: this.#dice,
      });
      this.#ways.add(way);
      from.once('close', () => {
        this.#ways.delete(way);
        to.destroy();
      });
      from.on('error', () => {}); // `close` follows
    }
  }
}

interface WayParts {
  isBlocked: () => boolean;
  quality: () => LineQuality;
  dice: () => number;
}

/** One direction of one connection. */
class Way {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #parts: WayParts;
  #pieces: { bytes: Buffer; at: number }[] = [];
  #timer: NodeJS.Timeout | null = null;
  #lastAt = 0;

  constructor(from: Socket, to: Socket, parts: WayParts) {
    this.#from = from;
    this.#to = to;
    this.#parts = parts;
    for (const socket of [from, to]) socket.setNoDelay(true);
    from.on('data', (data: Buffer) => this.#take(data));
    from.on('close', () => clearTimeout(this.#timer ?? undefined));
  }

  end(): void {
    if (this.#from.writable) this.#from.resetAndDestroy();
    else this.#from.destroy();
  }

  goOn(): void {
    if (this.#timer || this.#pieces.length === 0) return;
    this.#timer = setTimeout(() => this.#deliver(), Math.max(0, this.#pieces[0]!.at - performance.now()));
  }

  #take(data: Buffer): void {
    const { quality, dice } = this.#parts;
    const { latencyMs, jitterMs, pieceBytes } = quality();
    for (let at = 0; at < data.length;) {
      const length = pieceBytes === Infinity ? data.length : 1 + Math.floor(dice() * pieceBytes);
      // In order: what is late holds up what comes after it.
      this.#lastAt = Math.max(this.#lastAt, performance.now() + latencyMs + dice() * jitterMs);
      this.#pieces.push({ bytes: data.subarray(at, at + length), at: this.#lastAt });
      at += length;
    }
    this.goOn();
  }

  #deliver(): void {
    this.#timer = null;
    if (this.#parts.isBlocked()) return; // `heal` goes on
    const now = performance.now();
    while (this.#pieces.length > 0 && this.#pieces[0]!.at <= now) this.#to.write(this.#pieces.shift()!.bytes);
    this.goOn();
  }
}
