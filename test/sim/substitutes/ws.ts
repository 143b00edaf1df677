// In the place of ws: as much of its two classes as the programs and y-websocket use.
import { EventEmitter } from 'node:events';
import { Pipe, type SimRequest } from '../kernel/network.ts';
import { fingerprint } from '../kernel/trace.ts';
import { onStage } from '../kernel/stage.ts';
import type { SimProcess } from '../kernel/world.ts';

interface Options {
  handshakeTimeout?: number;
}

interface Handshake {
  client: WebSocket;
  clientProcess: SimProcess;
  serverProcess: SimProcess;
  there: Pipe;
  back: Pipe;
}

const frameBytes = 8;
const closeTimeoutMs = 30_000;
/** What the operating system takes of a connection that its program does not read. */
const receiveBufferBytes = 65_536;

export class WebSocket extends EventEmitter {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  readonly CONNECTING = 0;
  readonly OPEN = 1;
  readonly CLOSING = 2;
  readonly CLOSED = 3;
  readyState = 0;
  binaryType = 'nodebuffer';
  onopen: ((event: object) => void) | null = null;
  onmessage: ((event: object) => void) | null = null;
  onclose: ((event: object) => void) | null = null;
  onerror: ((event: object) => void) | null = null;
  protocol = '';
  /** Whose machine is at the other end. */
  peerName = '';
  readonly #process: SimProcess;
  #out: Pipe | null = null;
  #peer: WebSocket | null = null;
  #paused = false;
  #inbox: { bytes: number; take: () => void }[] = [];
  #closeSent: { code: number; reason: string } | null = null;
  #forgetDeath = () => {};

  constructor(url: string | null, protocols: string[] = [], options: Options = {}) {
    super();
    const { world } = onStage();
    this.#process = world.current!;
    if (url !== null) this.#connect(new URL(url), protocols, options);
    this.#forgetDeath = this.#process.onDeath(how => {
      this.readyState = this.CLOSED;
      // The machine goes on and says that nobody is there any more; without power nobody says anything.
      if (how === 'power') this.#out?.drop();
      else this.#sendReset();
    });
  }

  get bufferedAmount(): number {
    const unread = this.#peer?.unreadBytes ?? 0;
    return (this.#out?.bytes ?? 0) + Math.max(0, unread - receiveBufferBytes);
  }

  get unreadBytes(): number {
    return this.#inbox.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  send(data: string | Uint8Array | ArrayBuffer): void {
    if (this.readyState === this.CONNECTING) throw new Error('WebSocket is not open: readyState 0 (CONNECTING)');
    if (this.readyState !== this.OPEN) return;
    const isBinary = typeof data !== 'string';
    const bytes = Buffer.from(typeof data === 'string' ? Buffer.from(data) : new Uint8Array(data));
    const { world, network } = onStage();
    world.note(`> ${this.peerName} ${bytes.length} ${isBinary ? fingerprint(bytes) : data}`, this.#process.name);
    network.sent({ from: this.#process, to: this.#peer!.#process, bytes, isBinary });
    this.#pipe(bytes.length, peer => peer.#message(bytes, isBinary));
  }

  ping(): void {
    if (this.readyState === this.OPEN)
      this.#pipe(0, peer => {
        if (peer.readyState === peer.OPEN) peer.#pipe(0, back => void back.emit('pong'));
      });
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    onStage().world.after(0, () => this.#read(), this.#process);
  }

  close(code = 1005, reason = ''): void {
    if (this.readyState >= this.CLOSING) return;
    if (this.readyState === this.CONNECTING) return this.#fail('closed before the connection was established');
    this.readyState = this.CLOSING;
    this.#closeSent = { code, reason };
    this.#pipe(reason.length, peer => peer.#closed(code, reason));
    onStage().world.after(closeTimeoutMs, () => this.terminate(), this.#process);
  }

  terminate(): void {
    if (this.readyState === this.CLOSED) return;
    if (this.readyState === this.CONNECTING) return this.#fail('terminated');
    this.#sendReset();
    this.#end(1006, '');
  }

  removeEventListener(): void {}

  /** The server's end of a connection. */
  static accept(handshake: Handshake, protocol: string, path: string): WebSocket {
    const { client, clientProcess, there, back } = handshake;
    const socket = new WebSocket(null);
    socket.#out = back;
    socket.#peer = client;
    socket.peerName = clientProcess.name;
    socket.protocol = protocol;
    socket.readyState = socket.OPEN;
    back.send(frameBytes, () => {
      client.#onTurn(() => {
        if (client.readyState !== client.CONNECTING) return socket.#onTurn(() => socket.#end(1006, ''));
        client.#out = there;
        client.#peer = socket;
        client.protocol = protocol;
        client.readyState = client.OPEN;
        client.#fire('open', {}, []);
        client.greet(path);
      });
    });
    return socket;
  }

  greet(path: string): void {
    const { network } = onStage();
    if (this.readyState === this.OPEN)
      network.opened({ machine: this.#process.name, path, protocol: this.protocol, send: data => this.send(data) });
  }

  #connect(url: URL, protocols: string[], { handshakeTimeout = 10_000 }: Options): void {
    const { world, network } = onStage();
    this.peerName = url.hostname;
    world.note(`connect ${url.pathname.slice(0, 30)}`);
    const there = new Pipe(network, this.#process.name, url.hostname);
    const back = new Pipe(network, url.hostname, this.#process.name);
    world.after(handshakeTimeout, () => {
      if (this.readyState === this.CONNECTING) this.#fail('Opening handshake has timed out');
    });
    there.send(400, () => {
      const listener = network.listener(url.host);
      if (!listener) return back.send(40, () => this.#onTurn(() => this.#fail('ECONNREFUSED')));
      const request: SimRequest = {
        method: 'GET',
        url: url.pathname,
        headers: { host: url.host, 'sec-websocket-protocol': protocols.join(', ') },
        body: '',
      };
      const handshake: Handshake = {
        client: this,
        clientProcess: this.#process,
        serverProcess: listener.process,
        there,
        back,
      };
      world.after(0, () => listener.upgrade(request, handshake), listener.process);
    });
  }

  /** Sends something to the other end; where nobody is any more, its machine says so. */
  #pipe(bytes: number, deliver: (peer: WebSocket) => void): void {
    const peer = this.#peer;
    if (!peer || !this.#out) return;
    this.#out.send(bytes + frameBytes, () => {
      const { network } = onStage();
      if (!peer.#process.alive) {
        if (network.isUp(peer.#process.name)) peer.#sendReset();
        return;
      }
      if (peer.readyState === peer.CLOSED) return;
      peer.#inbox.push({ bytes, take: () => deliver(peer) });
      peer.#onTurn(() => peer.#read());
    });
  }

  #sendReset(): void {
    const peer = this.#peer;
    this.#out?.send(0, () => {
      if (peer && peer.readyState !== peer.CLOSED) peer.#onTurn(() => peer.#end(1006, ''));
    });
  }

  #onTurn(work: () => void): void {
    onStage().world.after(0, work, this.#process);
  }

  #read(): void {
    while (!this.#paused) {
      const next = this.#inbox.shift();
      if (!next) return;
      if (this.readyState !== this.CLOSED) next.take();
    }
  }

  #message(bytes: Buffer, isBinary: boolean): void {
    if (this.readyState !== this.OPEN && this.readyState !== this.CLOSING) return;
    onStage().world.note(`< ${this.peerName} ${bytes.length} ${fingerprint(bytes)}`, this.#process.name);
    const data = this.binaryType === 'arraybuffer' ? new Uint8Array(bytes).buffer : bytes;
    this.#fire('message', { data }, [data, isBinary]);
  }

  #closed(code: number, reason: string): void {
    if (this.readyState === this.CLOSED) return;
    if (!this.#closeSent) {
      this.#closeSent = { code, reason };
      this.#pipe(0, peer => peer.#closed(code, reason));
    }
    this.#end(code, reason);
  }

  #fail(why: string): void {
    if (this.readyState === this.CLOSED) return;
    this.readyState = this.CLOSING;
    this.#onTurn(() => {
      this.#fire('error', { message: why }, [new Error(why)]);
      this.#end(1006, '');
    });
  }

  #end(code: number, reason: string): void {
    if (this.readyState === this.CLOSED) return;
    this.readyState = this.CLOSED;
    this.#forgetDeath();
    onStage().world.note(`closed ${code} ${reason}`, this.#process.name);
    this.#fire('close', { code, reason }, [code, Buffer.from(reason)]);
  }

  #fire(type: 'open' | 'message' | 'close' | 'error', event: object, values: unknown[]): void {
    this[`on${type}`]?.({ type, target: this, ...event });
    if (type !== 'error' || this.listenerCount('error') > 0) this.emit(type, ...values);
    else if (!this.onerror) throw values[0];
  }
}

interface ServerOptions {
  handleProtocols?: (names: Set<string>, request: SimRequest) => string | false;
}

export class WebSocketServer extends EventEmitter {
  readonly clients = new Set<WebSocket>();
  readonly #options: ServerOptions;

  constructor(options: ServerOptions) {
    super();
    this.#options = options;
  }

  handleUpgrade(request: SimRequest, stream: unknown, _head: unknown, done: (socket: WebSocket) => void): void {
    const names = (request.headers['sec-websocket-protocol'] ?? '').split(',').map(name => name.trim());
    const chosen = this.#options.handleProtocols?.(new Set(names.filter(Boolean)), request);
    const { handshake } = stream as { handshake: Handshake };
    const socket = WebSocket.accept(handshake, chosen || '', request.url);
    Object.assign(stream as object, { write: (frame: Uint8Array) => socket.send(messageOf(frame)) });
    this.clients.add(socket);
    socket.on('close', () => this.clients.delete(socket));
    done(socket);
    socket.greet(request.url);
  }
}

/** Of a whole frame, as a server sends it. */
function messageOf(frame: Uint8Array): Uint8Array {
  const length = frame[1]!;
  return frame.subarray(length < 126 ? 2 : length === 126 ? 4 : 10);
}
