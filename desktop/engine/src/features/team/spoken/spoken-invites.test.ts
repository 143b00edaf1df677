import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deviceKeys, toBase64Url, verifyJoinProof } from '@benchmate/shared/facts/keys';
import { maxTries, type answerRequest } from '@benchmate/shared/protocol/spoken-wire';
import type { z } from 'zod';
import type { Clock } from '../../../host/clock.ts';
import { openStore } from '../../../storage/database.ts';
import { askAloud } from './ask-aloud.ts';
import { KeptCodes } from './kept-codes.ts';
import { openInvite } from './sealed-invite.ts';
import { randomSecret, Spake2 } from './spake2.ts';
import { parseSpokenCode } from './spoken-code.ts';
import { SpokenInvites } from './spoken-invites.ts';
import { passwordOf } from './stretch.ts';

type Answer = z.infer<typeof answerRequest>['answer'];
interface Try {
  tryId: string;
  device: string;
  share: string;
}

/** A sync server that somebody changed: it makes tries of its own, never stops, and answers joiners as it likes. */
const heard: string[] = [];
let tries: Try[] = [];
const answers = new Map<string, Answer>();
let boxes = 0;
let toJoiner: (share: string, device: string) => Answer | null = () => null;
const gone = { code: 'NOT_FOUND', message: 'The code is not open any more.', nextStep: '' };
const replies: Record<string, (body: never) => unknown> = {
  '/~access/challenge': () => ({ nonce: 'n' }),
  '/~access/session': () => ({ ticket: 't', expiresAt: 0 }),
  '/~access/spoken/open': () => ({ number: 7, key: `box ${++boxes}`, expiresAt: Number.MAX_SAFE_INTEGER }),
  // Of a box before this one nothing is told any more: the engine gives it up.
  '/~access/spoken/waiting': ({ key }: { key: string }) => (key === `box ${boxes}` ? { tries } : gone),
  '/~access/spoken/answer': ({ key, tryId, answer }: z.infer<typeof answerRequest>) => {
    if (key !== `box ${boxes}`) return gone;
    answers.set(tryId, answer);
    return {};
  },
  '/~access/spoken/close': () => ({}),
  '/~access/spoken/try': (body: Try) => {
    const tryId = `honest ${tries.length}`;
    tries.push({ ...body, tryId });
    return { tryId };
  },
  '/~access/spoken/outcome': ({ tryId }: Try) => {
    const { share, device } = tries.find(each => each.tryId === tryId)!;
    return { answer: toJoiner(share, device) ?? answers.get(tryId) ?? null, triesLeft: 1000 };
  },
};
const server = createServer((request, response) => {
  let text = '';
  request.on('data', chunk => (text += String(chunk)));
  request.on('end', () => {
    heard.push(text);
    const reply = replies[request.url!]!(JSON.parse(text) as never);
    response.statusCode = reply === gone ? 404 : 200;
    response.end(JSON.stringify(reply));
    heard.push(JSON.stringify([...answers.values()]));
  });
});

/** Nobody waits: what is due later is due now. */
let ticks = 0;
const clock: Clock = {
  now: () => 0,
  monotonic: () => (ticks += 200),
  after: (_delay, callback) => {
    const soon = setImmediate(callback);
    return () => clearImmediate(soon);
  },
};
const random = (bytes: number) => new Uint8Array(randomBytes(bytes));
const keys = deviceKeys(random(32));
const seed = random(32);
const invite = deviceKeys(seed);
const store = openStore(':memory:');
const kept = new KeptCodes({ store, random, keys });
const parts = { clock, random, keys, kept, isOpen: () => true };
let codes = new SpokenInvites(parts);
let serverUrl = '';
let code = '';

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  serverUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  codes.close();
  store.close();
  server.close();
  server.closeAllConnections();
});

const offer = async () => {
  boxes++; // nothing of the one before comes in any more
  tries = [];
  answers.clear();
  const offered = { serverUrl, team: 'team', inviteId: toBase64Url(random(9)), invite };
  return (code = await codes.offer(offered));
};
const joining = (said: string) => askAloud({ serverUrl, code: parseSpokenCode(said), device: 'bo', random, clock });
const answered = async (count: number) => {
  while (answers.size < count) await new Promise(resolve => setImmediate(resolve));
};

test('two engines that know the words come to an invite for one device; the server has heard nothing of use', async () => {
  expect(await offer()).toMatch(/^7-[a-z]+-[a-z]+-[a-z]+$/);
  const { team, proof } = await joining(code.toUpperCase().replaceAll('-', ' '));
  expect(team).toBe('team');
  expect(verifyJoinProof(proof, invite.device, 'team', 'bo')).toBe(true);
  expect(verifyJoinProof(proof, invite.device, 'team', 'eve')).toBe(false);
  const all = heard.join('\n');
  const password = await passwordOf(parseSpokenCode(code));
  const { words } = parseSpokenCode(code);
  for (const secret of [toBase64Url(seed), proof, password.toString(16), words.join('-'), words.join(' ')])
    expect(all).not.toContain(secret);
});

test('a changed server guesses five times at most, and no guess opens anything', async () => {
  await offer();
  const guesses = Array.from({ length: 40 }, (_, index) =>
    index % 2 ? ['zone', 'zoo', 'zero'] : ['zoo', 'zone', 'zero'],
  );
  const sides = await Promise.all(
    guesses.map(async guess => {
      const password = await passwordOf({ number: 7, words: guess });
      const names = { a: 'server', b: 'code 7' };
      return new Spake2({ role: 'a', names, password, secret: randomSecret(random) });
    }),
  );
  tries = sides.map((side, index) => ({ tryId: String(index), device: 'server', share: toBase64Url(side.share) }));
  const before = heard.length;
  await answered(maxTries);
  while (heard.length < before + 40) await new Promise(resolve => setImmediate(resolve)); // it goes on asking
  expect([...answers.keys()]).toEqual(['0', '1', '2', '3', '4']);
  for (const [tryId, { share, sealed }] of answers) {
    const { key } = sides[Number(tryId)]!.finish(Buffer.from(share, 'base64url'));
    expect(openInvite(key, Buffer.from(sealed, 'base64url'))).toBeNull();
  }
  await expect(joining(code)).rejects.toMatchObject({ code: 'TIMEOUT' });
});

test('a changed server that plays the inviting engine is found out, whatever it answers', async () => {
  await offer();
  const names = { a: 'bo', b: 'code 7' };
  const password = await passwordOf({ number: 7, words: ['zoo', 'zone', 'zero'] });
  for (const play of [
    (share: string): Answer => {
      const side = new Spake2({ role: 'b', names, password, secret: randomSecret(random) });
      const { confirmation } = side.finish(Buffer.from(share, 'base64url'));
      return { share: toBase64Url(side.share), confirmation: toBase64Url(confirmation), sealed: '' };
    },
    (share: string): Answer => ({ share, confirmation: '', sealed: '' }),
    (): Answer => ({ share: '', confirmation: '', sealed: '' }),
  ]) {
    toJoiner = play;
    await expect(joining(code)).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: 'These are not the words of code 7.',
    });
  }
  toJoiner = () => null;
});

test('a code goes on over restarts with the tries that are left, and lies on the disk for this device alone', async () => {
  await offer();
  const guess = new Spake2({
    role: 'a',
    names: { a: 'server', b: 'code 7' },
    password: await passwordOf({ number: 7, words: ['zoo', 'zone', 'zero'] }),
    secret: randomSecret(random),
  });
  const share = toBase64Url(guess.share);
  const restart = () => {
    codes.close();
    codes = new SpokenInvites(parts);
    codes.resume();
  };
  for (let count = 1; count < maxTries; count++) {
    tries.push({ tryId: String(count), device: 'server', share });
    await answered(count);
    restart();
  }
  const before = answers.get('1');
  answers.delete('1'); // the server asks again, as if it had got nothing: it is no further guess
  await answered(maxTries - 1);
  expect(answers.get('1')).toEqual(before);
  const [, ...words] = code.split('-');
  const lies = Buffer.concat([store.db.serialize()]).toString('latin1');
  for (const secret of [toBase64Url(seed), Buffer.from(seed).toString('latin1'), words[0]!, words.join(' ')])
    expect(lies).not.toContain(secret);
  expect(new KeptCodes({ store, random, keys: deviceKeys(random(32)) }).all()).toEqual([]);
  await joining(code);
  restart();
  tries.push({ tryId: 'late', device: 'server', share });
  const heardBefore = heard.length;
  while (heard.length < heardBefore + 40) await new Promise(resolve => setImmediate(resolve));
  expect(answers.has('late')).toBe(false);
});

test('what was misheard is told before it costs a try', () => {
  expect(parseSpokenCode(' 7 River candy, orbi ')).toEqual({ number: 7, words: ['river', 'candy', 'orbit'] });
  expect(() => parseSpokenCode('7-river-candle-orbit')).toThrow(/No code has the word “candle”/);
  expect(() => parseSpokenCode('7-river-pear-orbit')).toThrow(/No code has the word “pear”/);
  for (const text of ['', '7', '7-river-candy', '0-river-candy-orbit', '7-river-candy-orbit-zoo'])
    expect(() => parseSpokenCode(text)).toThrow(/is not the code of an invite/);
});
