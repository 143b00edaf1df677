import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import fastify, { type FastifyInstance } from 'fastify';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { errorCodes, type ErrorCode } from '@benchmate/shared/errors/codes';
import { createEngineClient } from '@benchmate/shared/protocol/client';
import { mutation, query, subscription, type Client } from '@benchmate/shared/protocol/contract';
import { Announcer } from '../host/announcer.ts';
import { systemClock } from '../host/clock.ts';
import { Lifetime } from '../host/lifetime.ts';
import { Sockets } from '../host/sockets.ts';
import { createRouter } from './router.ts';
import { registerRpcRoutes } from './serve.ts';

const contract = {
  things: {
    get: query(z.object({ id: z.string() }), z.object({ id: z.string() })),
    fail: mutation(z.object({ code: z.string() }), z.void()),
    wait: query(z.void(), z.void()),
    wrong: query(z.void(), z.number()),
    changes: subscription(z.void(), z.object({ n: z.number() })),
    calm: subscription(z.void(), z.object({ n: z.number() })),
    ofOne: subscription(z.object({ id: z.string() }), z.string()),
  },
  missing: { get: query(z.void(), z.string()) },
};
type Things = Client<typeof contract> & { close: () => void };

/** Machines that run tests are slow at times. */
const patient = { timeout: 15_000 };
let app: FastifyInstance;
let sockets: Sockets;
let announcer: Announcer<{ n: number }>;
let calm: Announcer<{ n: number }>;
let port: number;
let aborted = 0;
const lifetime = new Lifetime({ clock: systemClock, idleMs: 0, leave: () => {} });
const log = { debug() {}, info() {}, warn() {}, error() {} };

/** An engine of one small contract; a second start is a restart: the announcer has forgotten everything. */
async function start(at = 0): Promise<void> {
  announcer = new Announcer(crypto.randomUUID(), 5);
  calm = new Announcer(crypto.randomUUID());
  const router = createRouter(
    contract,
    {
      things: {
        get: ({ id }) => ({ id }),
        fail: ({ code }) => {
          throw code === 'BUG'
            ? new Error('a bug')
            : new BenchmateError(code as ErrorCode, `It is ${code}.`, 'Do this.');
        },
        wait: (_input, signal) =>
          new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(void aborted++))),
        wrong: () => 'text' as never,
        changes: (_input, signal, lastId) => announcer.subscribe(signal, lastId),
        calm: (_input, signal, lastId) => calm.subscribe(signal, lastId),
        async *ofOne({ id }) {
          yield { id: '1', data: id };
        },
      },
    },
    { checkOutput: true },
  );
  app = fastify();
  sockets = new Sockets({ port: () => port, identify: () => null, lifetime });
  registerRpcRoutes(app, {
    router,
    sockets,
    identifyToken: token => (token === 'good' ? { kind: 'owner', via: 'token' } : null),
    log,
  });
  app.server.on('upgrade', sockets.onUpgrade);
  await app.listen({ host: '127.0.0.1', port: at });
  port = (app.server.address() as AddressInfo).port;
}

async function stop(): Promise<void> {
  sockets.close();
  await app.close();
}

const client = (token = 'good', options = {}): Things =>
  createEngineClient({ url: `http://127.0.0.1:${port}`, token, ...options }) as unknown as Things;

beforeAll(() => start());
afterAll(stop);

test('E21 a call answers, and a wrong input is refused with the place', async () => {
  expect(await client().things.get.query({ id: 'a' })).toEqual({ id: 'a' });
  await expect(client().things.get.query({ id: 1 } as never)).rejects.toMatchObject({
    code: 'BAD_REQUEST',
    message: expect.stringContaining('→ at id'),
  });
});

test.each(Object.keys(errorCodes) as ErrorCode[])('E19 %s reaches the client with its sentences', async code => {
  await expect(client().things.fail.mutate({ code })).rejects.toMatchObject({
    code,
    message: `It is ${code}.`,
    nextStep: 'Do this.',
  });
});

test('E19 a bug, an answer against the contract, and a feature that is not there have codes, too', async () => {
  await expect(client().things.fail.mutate({ code: 'BUG' })).rejects.toMatchObject({
    code: 'INTERNAL',
    message: 'a bug',
  });
  await expect(client().things.wrong.query()).rejects.toMatchObject({ code: 'INTERNAL' });
  await expect(client().missing.get.query()).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
  await expect((client() as never as Things & { no: Things['missing'] }).no.get.query()).rejects.toMatchObject({
    code: 'NOT_SUPPORTED',
  });
});

test('E19 no stack leaves the engine', async () => {
  const response = await fetch(`http://127.0.0.1:${port}/rpc/things.fail`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code: 'BUG' }),
  });
  expect(await response.text()).not.toMatch(/router\.(test\.)?ts|"stack"/);
});

test('E15 a GET changes nothing: mutations need POST', async () => {
  const response = await fetch(`http://127.0.0.1:${port}/rpc/things.fail?input=%7B%22code%22%3A%22NOT_FOUND%22%7D`);
  expect(response.status).toBe(405);
});

test('E23 a call settles when time is over, when it is cancelled, when the client closes, when nobody is there', async () => {
  await expect(client('good', { timeoutMs: 50 }).things.wait.query()).rejects.toMatchObject({ code: 'TIMEOUT' });
  const control = new AbortController();
  const cancelled = client().things.wait.query(undefined, { signal: control.signal });
  control.abort();
  await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
  const closing = client();
  const closed = closing.things.wait.query();
  closing.close();
  await expect(closed).rejects.toMatchObject({ code: 'CANCELLED' });
  const nobody = createEngineClient({ url: 'http://127.0.0.1:9', token: 'good' });
  await expect(nobody.system.info.query()).rejects.toMatchObject({
    code: 'ENGINE_UNAVAILABLE',
    nextStep: expect.stringContaining('engine start'),
  });
  await expect.poll(() => aborted, patient).toBeGreaterThan(0); // the handler learnt of it
});

test('E22 a subscription resumes after a lost connection without a gap and without a repetition', async () => {
  const seen: number[] = [];
  let connected = 0;
  const things = client();
  const { unsubscribe } = things.things.changes.subscribe(undefined, {
    next: ({ n }) => seen.push(n),
    connected: () => connected++,
    missed: () => seen.push(-1),
  });
  await expect.poll(() => connected, patient).toBe(1);
  announcer.announce({ n: 1 });
  announcer.announce({ n: 2 });
  await expect.poll(() => seen, patient).toEqual([1, 2]);
  sockets.drop();
  announcer.announce({ n: 3 });
  announcer.announce({ n: 4 });
  await expect.poll(() => seen, patient).toEqual([1, 2, 3, 4]);
  sockets.drop();
  for (const n of [5, 6, 7, 8, 9, 10]) announcer.announce({ n }); // more than it remembers
  await expect.poll(() => seen, patient).toEqual([1, 2, 3, 4, -1]);
  announcer.announce({ n: 11 });
  await expect.poll(() => seen, patient).toEqual([1, 2, 3, 4, -1, 11]);
  unsubscribe();
  things.close();
});

test('E22 after a restart of the engine a subscriber is told to read again, and gets what follows', async () => {
  const events: string[] = [];
  const quiet: string[] = [];
  const things = client();
  const observe = (to: string[]) => ({
    next: ({ n }: { n: number }) => void to.push(String(n)),
    connected: () => void to.push('connected'),
    disconnected: () => void to.push('disconnected'),
    missed: () => void to.push('missed'),
  });
  things.things.calm.subscribe(undefined, observe(quiet)); // nothing is announced to it before the restart
  await expect.poll(() => quiet, patient).toEqual(['connected']);
  const other = client();
  other.things.changes.subscribe(undefined, observe(events));
  await expect.poll(() => events, patient).toEqual(['connected']);
  announcer.announce({ n: 1 });
  await expect.poll(() => events, patient).toEqual(['connected', '1']);
  await stop();
  await start(port);
  await expect.poll(() => events.at(-1), patient).toBe('missed');
  await expect.poll(() => quiet.at(-1), patient).toBe('connected');
  announcer.announce({ n: 2 });
  calm.announce({ n: 2 });
  await expect.poll(() => events.at(-1), patient).toBe('2');
  await expect.poll(() => quiet.at(-1), patient).toBe('2');
  expect(events.filter(event => event !== 'disconnected')).toEqual(['connected', '1', 'connected', 'missed', '2']);
  expect(quiet.filter(event => event !== 'disconnected')).toEqual(['connected', 'missed', 'connected', '2']);
  things.close();
  other.close();
});

test('E22 a subscription that fails says so', async () => {
  const failed = new Promise<Error>(resolve =>
    client().things.ofOne.subscribe({} as never, { next: () => {}, error: resolve }),
  );
  expect(await failed).toMatchObject({ code: 'BAD_REQUEST' });
});

test('E24 a socket without a valid token in its first message gets nothing', async () => {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/rpc?connectionParams=1`);
  await once(socket, 'open');
  socket.send(JSON.stringify({ method: 'connectionParams', data: { token: 'bad' } }));
  socket.send(JSON.stringify({ id: 1, method: 'query', params: { path: 'things.get', input: { id: 'a' } } }));
  const messages: string[] = [];
  socket.addEventListener('message', ({ data }) => messages.push(String(data)));
  await once(socket, 'close');
  expect(messages.join()).toContain('UNAUTHENTICATED');
  expect(messages.join()).not.toContain('"result"');
});

test('E24 a socket that says nothing is closed after five seconds', async () => {
  for (const query of ['', '?connectionParams=1']) {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/rpc${query}`);
    await once(socket, 'open');
    const begun = performance.now();
    const [{ code }] = (await once(socket, 'close')) as [CloseEvent];
    expect(performance.now() - begun).toBeLessThan(6000);
    if (query) expect(code).toBe(4401);
  }
});
