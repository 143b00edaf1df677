import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemRandom } from './clock.ts';
import { deviceFileWithSeed, loadDeviceKey, moveDeviceKey } from './device-key.ts';
import type { Keychain } from './keychain.ts';
import { nativeDeviceKeys } from './native-keys.ts';
import { temporaryFolder } from './temporary-engine.ts';

/** Fails where a real one would: `broken` says from which call on. The real ones are in test/integration/keychain.test.ts. */
class TestKeychain implements Keychain {
  readonly secrets = new Map<string, string>();
  broken = Infinity;
  #calls = 0;

  read = async (account: string) => (this.#call(), this.secrets.get(account) ?? null);
  write = async (account: string, secret: string) => {
    this.#call();
    this.secrets.set(account, secret);
  };
  remove = async (account: string) => {
    this.#call();
    this.secrets.delete(account);
  };

  breakAfter(calls: number): void {
    this.broken = this.#calls + calls;
  }

  #call(): void {
    if (this.#calls++ >= this.broken) throw new Error('The keychain is locked');
  }
}

let dataDir: string;
let chain: TestKeychain;
beforeEach(() => {
  dataDir = join(temporaryFolder(), 'data');
  mkdirSync(dataDir);
  chain = new TestKeychain();
});
afterEach(() => rmSync(join(dataDir, '..'), { recursive: true, force: true }));

const file = () => readFileSync(join(dataDir, 'device.json'), 'utf8');
const load = (prefer: 'file' | 'keychain' | 'any', keychain: Keychain | null = chain) =>
  loadDeviceKey({ dataDir, random: systemRandom, prefer, keychain: async () => keychain });
const move = async (to: 'file' | 'keychain', keychain: Keychain | null = chain) =>
  moveDeviceKey({ dataDir, keychain: async () => keychain }, await load('file'), to);
const hex = (seed: Uint8Array) => Buffer.from(seed).toString('hex');

describe('the key of a new device', () => {
  test('goes into the keychain where there is one that works, and then the file has nothing secret', async () => {
    const { seed, keptIn } = await load('any');
    expect(keptIn).toBe('keychain');
    expect(JSON.parse(file())).toEqual({ v: 2, device: nativeDeviceKeys(seed).device });
    expect(hex((await load('any')).seed)).toBe(hex(seed));
  });

  test.each([
    ['none', () => null],
    ['a locked one', () => (chain.breakAfter(0), chain)],
    ['one that takes it and gives nothing back', () => (chain.breakAfter(1), chain)],
  ])('goes into the file, for its user alone, where the keychain is %s', async (_what, keychain) => {
    const { seed, keptIn } = await load('any', keychain());
    expect(keptIn).toBe('file');
    if (process.platform !== 'win32') expect(statSync(join(dataDir, 'device.json')).mode & 0o777).toBe(0o600);
    expect(hex((await load('any', null)).seed)).toBe(hex(seed));
  });

  test('is not made where only a keychain is wanted and there is none', async () => {
    await expect(load('keychain', null)).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
    chain.breakAfter(0);
    await expect(load('keychain')).rejects.toMatchObject({ code: 'FORBIDDEN', message: /did not take the key/ });
    expect(file).toThrow(/ENOENT/);
  });
});

describe('a key that is in a keychain', () => {
  test('is never replaced by a new one where the keychain is locked, empty, away, or has another', async () => {
    const { seed } = await load('keychain');
    const before = file();
    const [account] = chain.secrets.keys();
    const refused = {
      code: 'FORBIDDEN',
      message: expect.stringContaining('The key of this device is in the keychain'),
    };
    await expect(load('any', null)).rejects.toMatchObject(refused);
    await expect(load('any', new TestKeychain())).rejects.toMatchObject(refused);
    const other = new TestKeychain();
    other.secrets.set(account!, Buffer.from(systemRandom(32)).toString('base64url'));
    await expect(load('any', other)).rejects.toMatchObject(refused);
    chain.breakAfter(0);
    await expect(load('any')).rejects.toMatchObject({ message: expect.stringContaining('The keychain is locked.') });
    expect(file()).toBe(before);
    chain.broken = Infinity;
    expect(hex((await load('any')).seed)).toBe(hex(seed));
  });
});

describe('moving a key', () => {
  test('keeps it the same, there and back', async () => {
    const { seed } = await load('file');
    await move('keychain');
    expect(file()).not.toContain(Buffer.from(seed).toString('base64url'));
    expect(await load('any')).toEqual({ seed: new Uint8Array(seed), keptIn: 'keychain' });
    await move('file');
    expect(await load('any', null)).toEqual({ seed: new Uint8Array(seed), keptIn: 'file' });
    expect(chain.secrets.size).toBe(0);
  });

  test.each([0, 1, 2, 3, 4])('loses nothing where all ends after call %i of the keychain', async calls => {
    const { seed } = await load('file');
    chain.breakAfter(calls);
    await move('keychain').catch(() => {});
    chain.broken = Infinity;
    expect(hex((await load('any')).seed)).toBe(hex(seed));
    await move('keychain');
    chain.breakAfter(calls);
    await move('file').catch(() => {});
    chain.broken = Infinity;
    expect(hex((await load('any')).seed)).toBe(hex(seed));
  });

  test('is refused without a keychain, and the file stays as it is', async () => {
    await load('file');
    const before = file();
    await expect(move('keychain', null)).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
    expect(file()).toBe(before);
    expect(await deviceFileWithSeed(join(dataDir, 'device.json'))).toBe(before);
  });
});

test('a damaged file is told, and left as it is', async () => {
  for (const damaged of ['', '{', '{"v":1,"seed":"short"}', '{"v":3}']) {
    writeFileSync(join(dataDir, 'device.json'), damaged);
    await expect(load('any')).rejects.toMatchObject({ code: 'INTERNAL', message: /cannot be read/ });
    expect(file()).toBe(damaged);
  }
});
