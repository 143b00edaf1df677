import { expect, test } from 'vitest';
import { groupOrder, Spake2 } from './spake2.ts';

const number = (hex: string) => BigInt(`0x${hex}`);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** RFC 9382, appendix B: P-256, SHA-256, HKDF, HMAC. */
const vectors = [
  {
    names: { a: 'server', b: 'client' },
    w: '2ee57912099d31560b3a44b1184b9b4866e904c49d12ac5042c97dca461b1a5f',
    x: '43dd0fd7215bdcb482879fca3220c6a968e66d70b1356cac18bb26c84a78d729',
    y: 'dcb60106f276b02606d8ef0a328c02e4b629f84f89786af5befb0bc75b6e66be',
    pA: '04a56fa807caaa53a4d28dbb9853b9815c61a411118a6fe516a8798434751470f9010153ac33d0d5f2047ffdb1a3e42c9b4e6be662766e1eeb4116988ede5f912c',
    pB: '0406557e482bd03097ad0cbaa5df82115460d951e3451962f1eaf4367a420676d09857ccbc522686c83d1852abfa8ed6e4a1155cf8f1543ceca528afb591a1e0b7',
    key: '0e0672dc86f8e45565d338b0540abe69',
    cA: '58ad4aa88e0b60d5061eb6b5dd93e80d9c4f00d127c65b3b35b1b5281fee38f0',
    cB: 'd3e2e547f1ae04f2dbdbf0fc4b79f8ecff2dff314b5d32fe9fcef2fb26dc459b',
  },
  {
    names: { a: '', b: 'client' },
    w: '0548d8729f730589e579b0475a582c1608138ddf7054b73b5381c7e883e2efae',
    x: '403abbe3b1b4b9ba17e3032849759d723939a27a27b9d921c500edde18ed654b',
    y: '903023b6598908936ea7c929bd761af6039577a9c3f9581064187c3049d87065',
    pA: '04a897b769e681c62ac1c2357319a3d363f610839c4477720d24cbe32f5fd85f44fb92ba966578c1b712be6962498834078262caa5b441ecfa9d4a9485720e918a',
    pB: '04e0f816fd1c35e22065d5556215c097e799390d16661c386e0ecc84593974a61b881a8c82327687d0501862970c64565560cb5671f696048050ca66ca5f8cc7fc',
    key: '642f05c473c2cd79909f9a841e2f30a7',
    cA: '47d29e6666af1b7dd450d571233085d7a9866e4d49d2645e2df975489521232b',
    cB: '3313c5cefc361d27fb16847a91c2a73b766ffa90a4839122a9b70a2f6bd1d6df',
  },
];

test.each(vectors)('gives what RFC 9382 prints for $names', ({ names, w, x, y, pA, pB, key, cA, cB }) => {
  const a = new Spake2({ role: 'a', names, password: number(w), secret: number(x) });
  const b = new Spake2({ role: 'b', names, password: number(w), secret: number(y) });
  expect([hex(a.share), hex(b.share)]).toEqual([pA, pB]);
  for (const [keys, own, other] of [
    [a.finish(b.share), cA, cB],
    [b.finish(a.share), cB, cA],
  ] as const) {
    expect(hex(keys.key)).toBe(key);
    expect([hex(keys.confirmation), hex(keys.expected)]).toEqual([own, other]);
  }
});

test('another password, name or side gives another key', () => {
  const names = { a: 'joiner', b: 'inviter' };
  const b = new Spake2({ role: 'b', names, password: 5n, secret: 7n });
  const right = new Spake2({ role: 'a', names, password: 5n, secret: 11n });
  const { key, confirmation } = right.finish(b.share);
  expect(hex(b.finish(right.share).key)).toBe(hex(key));
  for (const other of [
    { role: 'a', names, password: 6n, secret: 11n } as const,
    { role: 'a', names: { ...names, a: 'another' }, password: 5n, secret: 11n } as const,
  ]) {
    const side = new Spake2(other);
    const theirs = b.finish(side.share);
    expect(hex(side.finish(b.share).key)).not.toBe(hex(theirs.key));
    expect(hex(side.finish(b.share).confirmation)).not.toBe(hex(theirs.expected));
  }
  expect(hex(b.finish(right.share).expected)).toBe(hex(confirmation));
});

test('shares that no honest side makes are refused', () => {
  const names = { a: '', b: '' };
  const a = new Spake2({ role: 'a', names, password: 5n, secret: 7n });
  const offCurve = Buffer.from(a.share);
  offCurve[64]! ^= 1;
  // What remains without the blinding would be the neutral element, and the key known to everybody.
  const onlyBlind = new Spake2({ role: 'b', names, password: 4n, secret: 1n }).share;
  for (const share of [new Uint8Array(0), new Uint8Array(65), a.share.subarray(0, 33), offCurve])
    expect(() => a.finish(share)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }));
  expect(() => a.finish(onlyBlind)).not.toThrow();
  expect(groupOrder).toBe(number('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'));
});
