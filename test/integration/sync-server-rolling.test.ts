import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import { SimulatedDevice } from '@benchmate/shared/facts/simulated-device';
import { acksSubprotocol, closeCode } from '@benchmate/shared/protocol/document-wire';
import { updateFrame } from '../../sync-server/src/rooms/frames.ts';
import { openDocument, RawClient, session, share } from '../../sync-server/src/simulated-client.ts';
import { PostgresStorage } from '../../sync-server/src/storage/postgres.ts';
import { startLogging, type LoggingProgram } from '../support/logging-program.ts';
import { openPostgres, openRedis } from '../support/services.ts';
import { until } from '../support/until.ts';

const database = await openPostgres();
const redis = await openRedis();
const running = new Set<LoggingProgram>();
afterAll(async () => {
  for (const { child } of running) child.kill('SIGKILL');
  await Promise.all([...running].map(({ exited }) => exited));
  await redis?.remove();
  await database?.remove();
});

async function startServer(...args: string[]): Promise<LoggingProgram> {
  const env = { BENCHMATE_SYNC_DATABASE: database!.url, BENCHMATE_SYNC_REDIS: redis!.url };
  const server = await startLogging('sync-server/src/main.ts', args, env);
  running.add(server);
  return server;
}

/** As a balancer does: to whoever is ready. */
async function ready(servers: readonly LoggingProgram[], from: number): Promise<string> {
  for (let at = 0; ; at++) {
    const { url } = servers[(from + at) % servers.length]!;
    if ((await fetch(`${url}/ready`).catch(() => null))?.ok) return url;
    if (at > 1000) throw new Error('No server is ready.');
    await wait(5);
  }
}

/** Writes a character a time with an outbox: what is not acknowledged is sent again over the next connection. */
class Writer {
  readonly doc = new Y.Doc();
  readonly codes: number[] = [];
  readonly #room: string;
  readonly #address: () => Promise<string>;
  #outbox: Uint8Array[] = [];
  #acknowledged = 0;
  #stopped = false;

  constructor(room: string, address: () => Promise<string>) {
    this.#room = room;
    this.#address = address;
    this.doc.on('update', (update: Uint8Array) => this.#outbox.push(update));
  }

  /** How many updates the servers promised to keep. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** Writes until `stop`, and until all of it is acknowledged. */
  async run(): Promise<void> {
    while (!this.#stopped || this.#outbox.length > 0) await this.#connection();
  }

  stop(): void {
    this.#stopped = true;
  }

  async #connection(): Promise<void> {
    const socket = new WebSocket(`${(await this.#address()).replace('http', 'ws')}/${this.#room}`, [acksSubprotocol]);
    socket.on('error', () => {});
    const closed = once(socket, 'close');
    const sent: Uint8Array[] = [];
    let acknowledgedHere = 0;
    socket.on('message', (data: Buffer) => {
      if (data[0] !== 8) return;
      const count = data.subarray(1).reduce((sum, byte, at) => sum + (byte & 127) * 128 ** at, 0);
      const fresh = sent.slice(acknowledgedHere, count);
      acknowledgedHere = count;
      this.#acknowledged += fresh.length;
      this.#outbox = this.#outbox.filter(update => !fresh.includes(update));
      if (this.#stopped && this.#outbox.length === 0) socket.close();
    });
    const send = (update: Uint8Array) => {
      sent.push(update);
      socket.send(updateFrame(update));
    };
    const write = setInterval(() => {
      if (socket.readyState !== WebSocket.OPEN) return;
      for (const update of this.#outbox) if (!sent.includes(update)) send(update);
      if (this.#stopped) return;
      const text = this.doc.getText('body');
      text.insert(text.length, 'u');
    }, 4);
    const [code] = (await closed) as [number];
    clearInterval(write);
    this.codes.push(code);
  }
}

describe.skipIf(!database || !redis)('a device that the operator revoked at another server', () => {
  it('loses its connections here and gets none again, until it is readmitted', async () => {
    const { url } = await startServer();
    const ana = SimulatedDevice.founder('Ana', 1);
    const feeds = await share(url, ana);
    const note = await openDocument(url, ana);
    const elsewhere = await PostgresStorage.open(database!.url);
    await elsewhere.blocked.block(ana.device, Date.now());
    for (const { code } of await Promise.all([feeds.closed, note.closed])) expect(code).toBe(closeCode.forbidden);
    expect(await session(url, ana)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    await elsewhere.blocked.unblock(ana.device);
    await elsewhere.close();
    await until(async () => (await session(url, ana)).status === 200, 30_000);
  });
});

// Where one is missing: apt-get install postgresql redis-server, or put their programs on PATH.
describe.skipIf(!database || !redis)('a rolling restart', () => {
  it('SY19 SY21 replaces two servers one after the other under writing clients: nothing acknowledged is lost, and all come back by themselves', async () => {
    const started = () => startServer('--open', '--drain-seconds', '1');
    const servers = [await started(), await started()];
    const writers = [0, 1, 2, 3].map(index => new Writer(`room-${index % 2}`, () => ready(servers, index)));
    const done = Promise.all(writers.map(writer => writer.run()));
    const progress = () => Math.min(...writers.map(({ acknowledged }) => acknowledged));
    await until(() => progress() > 20);
    for (const index of [0, 1]) {
      const old = servers[index]!;
      old.child.kill('SIGTERM');
      servers[index] = await started();
      expect(await old.exited).toBe(0);
      running.delete(old);
      const before = progress();
      await until(() => progress() > before + 20, 30_000);
    }
    for (const writer of writers) writer.stop();
    await done;
    for (const { codes } of writers) {
      expect(codes).toContain(closeCode.goingAway);
      expect(codes.filter(code => code !== closeCode.goingAway && code !== 1005 && code !== 1006)).toEqual([]);
    }
    for (const room of [0, 1])
      for (const { url } of servers) {
        const reader = new RawClient(url, `room-${room}`);
        await reader.opened;
        const text = await reader.text();
        reader.socket.terminate();
        const [a, b] = [writers[room]!, writers[room + 2]!];
        expect(text.length).toBe(a.doc.getText('body').length + b.doc.getText('body').length);
        expect(text.length).toBeLessThanOrEqual(a.acknowledged + b.acknowledged);
      }
  });
});
