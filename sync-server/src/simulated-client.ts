import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import { signText } from '@benchmate/shared/facts/keys';
import { acksSubprotocol, ticketSubprotocolPrefix } from '@benchmate/shared/protocol/document-wire';
import type { FeedsMessage } from '@benchmate/shared/protocol/feeds-wire';
import type { SimulatedDevice } from '@benchmate/shared/facts/simulated-device';
import { step1Frame } from './rooms/frames.ts';
import type { SyncServerOptions } from './options.ts';
import { startSyncServer, type SyncServer } from './server.ts';

/** A real server on a temporary folder, for tests. */
export async function temporaryServer(options: Partial<SyncServerOptions> = {}): Promise<SyncServer> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'benchmate-sync-'));
  const server = await startSyncServer({ port: 0, ...options, dataDir });
  return {
    url: server.url,
    reload: () => server.reload(),
    async close() {
      await server.close();
      if (!options.dataDir) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** A WebSocket that keeps what it receives until somebody asks. */
export class RawClient {
  readonly socket: WebSocket;
  readonly opened: Promise<void>;
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly #received: Buffer[] = [];
  #wake = () => {};

  constructor(url: string, path: string, protocols: string[] = [], headers: Record<string, string> = {}) {
    this.socket = new WebSocket(`${url.replace('http', 'ws')}/${path}`, protocols, {
      headers,
      maxPayload: 100_000_000,
    });
    this.opened = once(this.socket, 'open').then(() => {});
    this.opened.catch(() => {});
    this.socket.on('error', () => {});
    this.closed = new Promise(resolve => {
      this.socket.on('close', (code, reason) => {
        resolve({ code, reason: reason.toString() });
        this.#wake();
      });
    });
    this.socket.on('message', data => {
      this.#received.push(data as Buffer);
      this.#wake();
    });
  }

  /** The next frame for which `wanted` says yes; frames before it are dropped. Rejects when the connection ends first. */
  async next(wanted: (frame: Buffer) => boolean): Promise<Buffer> {
    for (;;) {
      for (let frame = this.#received.shift(); frame; frame = this.#received.shift()) if (wanted(frame)) return frame;
      if (this.socket.readyState === WebSocket.CLOSED) throw new Error('The connection ended.');
      await new Promise<void>(resolve => (this.#wake = resolve));
    }
  }

  /** Whatever arrives before the answer to a sync step 1, which comes after everything sent before it. */
  async drain(): Promise<Buffer[]> {
    const frames: Buffer[] = [];
    this.socket.send(step1Frame(Y.encodeStateVector(new Y.Doc())));
    await this.next(frame => (frame[0] === 0 && frame[1] === 1 ? true : (frames.push(frame), false)));
    return frames;
  }

  /** The document as the server has it. */
  async text(): Promise<string> {
    this.socket.send(step1Frame(Y.encodeStateVector(new Y.Doc())));
    const frame = await this.next(candidate => candidate[0] === 0 && candidate[1] === 1);
    const doc = new Y.Doc();
    Y.applyUpdate(doc, bodyOf(frame));
    return doc.getText('body').toJSON();
  }

  async message<T extends FeedsMessage['type']>(type: T): Promise<Extract<FeedsMessage, { type: T }>> {
    const frame = await this.next(candidate => (JSON.parse(candidate.toString()) as FeedsMessage).type === type);
    return JSON.parse(frame.toString()) as Extract<FeedsMessage, { type: T }>;
  }

  say(message: FeedsMessage): void {
    this.socket.send(JSON.stringify(message));
  }
}

/** Body of a sync frame: after two bytes of type, a varuint length and the bytes. */
export function bodyOf(frame: Buffer): Uint8Array {
  let offset = 2;
  while (frame[offset]! & 128) offset++;
  return frame.subarray(offset + 1);
}

/** An update that inserts a text at the start of `body`. */
export function insertion(text: string): Uint8Array {
  const doc = new Y.Doc();
  doc.getText('body').insert(0, text);
  return Y.encodeStateAsUpdate(doc);
}

export async function postJson(url: string, path: string, body: unknown): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

export async function session(url: string, device: SimulatedDevice, invite?: object) {
  const { nonce } = (await postJson(url, '/~access/challenge', { device: device.device })).body as { nonce: string };
  const signature = signText(`benchmate-sync:${nonce}`, device.keys);
  return postJson(url, '/~access/session', { device: device.device, nonce, signature, invite });
}

export async function ticketFor(url: string, device: SimulatedDevice, invite?: object): Promise<string[]> {
  const { status, body } = await session(url, device, invite);
  if (status !== 200) throw new Error(JSON.stringify(body));
  return [`${ticketSubprotocolPrefix}${(body as { ticket: string }).ticket}`];
}

/** Opens a team's feeds as this device and shares all that it holds, until the server committed it. */
export async function share(url: string, device: SimulatedDevice, invite?: object): Promise<RawClient> {
  const client = new RawClient(url, `~feeds/${device.feeds.teamId}`, await ticketFor(url, device, invite));
  await client.opened;
  client.say({ type: 'have', vector: device.feeds.vector() });
  const { vector } = await client.message('have');
  const lacking = device.feeds.entriesAfter(vector);
  if (lacking.length > 0) {
    client.say({ type: 'entries', entries: lacking });
    await client.message('ack');
  }
  return client;
}

export async function openDocument(url: string, device: SimulatedDevice, name = 'note.n1'): Promise<RawClient> {
  const protocols = [acksSubprotocol, ...(await ticketFor(url, device))];
  const client = new RawClient(url, `${device.feeds.teamId}.${name}`, protocols);
  await client.opened;
  return client;
}
