import { afterEach, expect, test, vi } from 'vitest';
import { systemClock } from '../../host/clock.ts';
import { TurnedClock } from '../../host/turned-clock.ts';
import { post, systemNetwork, type Network, type Outcome } from './post.ts';
import { Receiver, status } from './testing.ts';

const receivers: Receiver[] = [];
const receiver = async (host?: string, port?: number) => {
  const opened = await new Receiver().listen(host, port);
  receivers.push(opened);
  return opened;
};
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(receivers.splice(0).map(each => each.close()));
});

const send = (
  url: string,
  {
    network = {},
    allowPrivate = true,
    clock = systemClock,
  }: {
    network?: Partial<Network>;
    allowPrivate?: boolean;
    clock?: typeof systemClock;
  } = {},
): Promise<Outcome> =>
  post(
    { url: new URL(url), headers: { 'content-type': 'application/json' }, body: '{"é":1}', allowPrivate },
    clock,
    { ...systemNetwork, ...network },
    new AbortController().signal,
  );

// macOS has no 127.0.0.2 of itself.
test.skipIf(process.platform === 'darwin')(
  'W8 a name is resolved once, and the connection goes where it led when it was checked',
  async () => {
    // 127.0.0.2 stands for a public address and 127.0.0.1 for a private one.
    const outside = await receiver('127.0.0.2');
    const inside = await receiver('127.0.0.1', outside.port);
    let asked = 0;
    const network: Partial<Network> = {
      resolve: async () => (++asked === 1 ? ['127.0.0.2'] : ['127.0.0.1']),
      refusalOf: address => (address === '127.0.0.2' ? null : 'is private'),
    };
    const url = `http://rebinding.example:${outside.port}/`;
    expect(await send(url, { network })).toMatchObject({ kind: 'delivered', status: 204 });
    expect(outside.received[0]).toMatchObject({
      body: '{"é":1}',
      headers: { host: `rebinding.example:${outside.port}` },
    });
    expect(await send(url, { network })).toMatchObject({ kind: 'failed', problem: expect.stringContaining('private') });
    expect([outside.received.length, inside.received.length, asked]).toEqual([1, 0, 2]);
  },
);

test('W8 one private address among public ones is enough to refuse a name', async () => {
  const inside = await receiver();
  const resolve = async () => ['93.184.216.34', '127.0.0.1'];
  const outcome = await send(`http://mixed.example:${inside.port}/`, { network: { resolve }, allowPrivate: false });
  expect(outcome).toMatchObject({ kind: 'failed', status: null, problem: expect.stringContaining('127.0.0.1') });
  for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1', '0.0.0.0'])
    await send(`http://name.example:${inside.port}/`, {
      network: { resolve: async () => [address] },
      allowPrivate: false,
    });
  expect(inside.received).toEqual([]);
});

test('W8 a redirect is not followed, and a proxy of the environment is not asked', async () => {
  const [target, inside] = [await receiver(), await receiver()];
  target.answers.push(status(307, { location: `http://127.0.0.1:${inside.port}/` }));
  const url = `http://127.0.0.1:${target.port}/`;
  expect(await send(url)).toMatchObject({ kind: 'failed', status: 307, problem: expect.stringContaining('redirects') });
  for (const name of ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY']) vi.stubEnv(name, `http://127.0.0.1:${inside.port}/`);
  vi.stubEnv('NODE_USE_ENV_PROXY', '1');
  expect(await send(url)).toMatchObject({ kind: 'delivered' });
  expect(inside.received).toEqual([]);
});

test('W8 an answer without end is read for 64 KB, a silent receiver waited for ten seconds', async () => {
  const target = await receiver();
  let written = 0;
  target.answers.push(response => {
    response.writeHead(200);
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(16_384))) written += 16_384;
      if (!response.destroyed) response.once('drain', more);
    };
    more();
  });
  expect(await send(`http://127.0.0.1:${target.port}/`)).toMatchObject({ kind: 'delivered', status: 200 });
  expect(written).toBeLessThan(16_000_000);

  const clock = new TurnedClock();
  target.answers.push(() => {});
  const silent = send(`http://127.0.0.1:${target.port}/`, { clock });
  await target.got(2);
  clock.turn(9_999);
  expect(await Promise.race([silent, Promise.resolve('waits')])).toBe('waits');
  clock.turn(1);
  expect(await silent).toMatchObject({ kind: 'failed', problem: 'There was no answer within 10 seconds.' });

  const lost = send('http://never.example/', { clock, network: { resolve: () => new Promise(() => {}) } });
  clock.turn(10_000);
  expect(await lost).toMatchObject({ kind: 'failed', status: null });
});

test('W6 no network is not the receiver’s fault; an unknown name is, while there is one', async () => {
  const failing = (code: string, isOffline: boolean) =>
    send('https://name.example/', {
      network: { resolve: () => Promise.reject(Object.assign(new Error(code), { code })), isOffline: () => isOffline },
    });
  expect(await failing('EAI_AGAIN', false)).toMatchObject({ kind: 'offline' });
  expect(await failing('ENOTFOUND', true)).toMatchObject({ kind: 'offline' });
  expect(await failing('ENOTFOUND', false)).toMatchObject({ kind: 'failed' });
  const closed = await receiver();
  const url = `http://127.0.0.1:${closed.port}/`;
  await closed.close();
  expect(await send(url)).toMatchObject({ kind: 'failed', problem: expect.stringContaining('ECONNREFUSED') });
});
