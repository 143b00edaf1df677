import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Opcodes of RFC 6455, section 5.2. */
export const opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9 } as const;

/** One frame of a client, whose mask of zeros leaves the bytes as they are. `head` replaces its first byte (FIN, RSV, opcode). */
export function webSocketFrame(payload: Uint8Array, head = 0x80 | opcode.binary): Buffer {
  const { length } = payload;
  const size =
    length < 126
      ? Buffer.of(0x80 | length)
      : length < 65_536
        ? Buffer.alloc(3, 0x80 | 126)
        : Buffer.alloc(9, 0x80 | 127);
  if (size.length === 3) size.writeUInt16BE(length, 1);
  if (size.length === 9) size.writeBigUInt64BE(BigInt(length), 1);
  return Buffer.concat([Buffer.of(head), size, Buffer.alloc(4), payload]);
}

/** A peer that says over TCP whatever it likes after the handshake of a WebSocket. */
export class RawPeer {
  readonly #socket: Socket;
  readonly #ended: Promise<unknown>;
  #received = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#ended = new Promise(resolve => socket.once('close', resolve));
    socket.on('error', () => {}); // `close` follows
    socket.on('data', (data: Buffer) => (this.#received = Buffer.concat([this.#received, data])));
  }

  static async open(url: string, path: string): Promise<RawPeer> {
    const { host, hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname).setNoDelay(true);
    await once(socket, 'connect');
    const peer = new RawPeer(socket);
    socket.write(
      `GET /${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    return peer;
  }

  /** `isLast`: nothing comes after it, as a server sees that waits for the rest of a frame. */
  write(bytes: Uint8Array, isLast: boolean): void {
    if (isLast) this.#socket.end(bytes);
    else this.#socket.write(bytes);
  }

  /** The code with which the server ended it; 1006 when it did so without one. */
  async closeCode(): Promise<number> {
    while (this.#closeFrame() === null && this.#socket.readyState === 'open')
      await Promise.race([once(this.#socket, 'data').catch(() => {}), this.#ended]);
    const code = this.#closeFrame() ?? 1006;
    // A hundred thousand of them would leave no free ports. A socket that has said its last spins in libuv when it is reset.
    if (this.#socket.writable) this.#socket.resetAndDestroy();
    else this.#socket.destroy();
    return code;
  }

  #closeFrame(): number | null {
    const bytes = this.#received;
    let at = bytes.indexOf('\r\n\r\n') + 4;
    if (at < 4) return null;
    while (at + 2 <= bytes.length) {
      const short = bytes[at + 1]! & 127;
      const headBytes = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (at + headBytes > bytes.length) return null;
      const length =
        short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
      const body = at + headBytes;
      if (body + length > bytes.length) return null;
      if ((bytes[at]! & 15) === opcode.close) return length >= 2 ? bytes.readUInt16BE(body) : 1005;
      at = body + length;
    }
    return null;
  }
}
