import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { KeyPlace } from '@benchmate/shared/domain/team';
import { fromBase64Url, toBase64Url } from '@benchmate/shared/facts/keys';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Random } from './clock.ts';
import { openKeychain, type Keychain } from './keychain.ts';
import { nativeDeviceKeys } from './native-keys.ts';

/** `device.json`, mode 0600. `v` 2: the keychain has the seed, under the device's public key as its account. */
const deviceFile = z.discriminatedUnion('v', [
  z.object({ v: z.literal(1), seed: z.string() }),
  z.object({ v: z.literal(2), device: z.string() }),
]);

export interface DeviceKeyParts {
  dataDir: string;
  random: Random;
  /** Where a new key goes. `any`: the keychain where there is one that works, else the file. */
  prefer: KeyPlace | 'any';
  /** For tests; null where there is none. */
  keychain?: () => Promise<Keychain | null>;
}

export interface DeviceKey {
  seed: Uint8Array;
  keptIn: KeyPlace;
}

const fileIn = (dataDir: string): string => join(dataDir, 'device.json');

/**
 * The seed of this device, made at the first start. A seed that is in the keychain and cannot be had is an error, never a new
 * one: a device with another key is a stranger to its team.
 */
export async function loadDeviceKey({
  dataDir,
  random,
  prefer,
  keychain = openKeychain,
}: DeviceKeyParts): Promise<DeviceKey> {
  const file = fileIn(dataDir);
  if (!existsSync(file)) return create(file, random(32), { prefer, keychain });
  const kept = readFile(file);
  if (kept.v === 1) return { seed: kept.seed, keptIn: 'file' };
  return { seed: await fromKeychain(kept.device, keychain), keptIn: 'keychain' };
}

/** The same key in another place; killed at any moment, one of them has it. Throws NOT_SUPPORTED without a keychain. */
export async function moveDeviceKey(
  { dataDir, keychain = openKeychain }: Pick<DeviceKeyParts, 'dataDir' | 'keychain'>,
  { seed, keptIn: from }: DeviceKey,
  to: KeyPlace,
): Promise<void> {
  if (from === to) return;
  const { device } = nativeDeviceKeys(seed);
  const chain = await keychain();
  if (!chain) throw noKeychain();
  if (to === 'keychain') {
    await putOrSay(chain, device, seed);
    replace(fileIn(dataDir), { v: 2, device });
  } else {
    replace(fileIn(dataDir), { v: 1, seed: toBase64Url(seed) });
    await chain.remove(device).catch(() => {}); // what remains there is the same key, and protected
  }
}

/** `device.json` with the seed in it, wherever the seed is: for a backup, which replaces a lost machine. */
export async function deviceFileWithSeed(file: string): Promise<string> {
  const kept = readFile(file);
  const seed = kept.v === 1 ? kept.seed : await fromKeychain(kept.device, openKeychain);
  return `${JSON.stringify({ v: 1, seed: toBase64Url(seed) })}\n`;
}

async function create(
  file: string,
  seed: Uint8Array,
  { prefer, keychain }: Pick<Required<DeviceKeyParts>, 'prefer' | 'keychain'>,
): Promise<DeviceKey> {
  const { device } = nativeDeviceKeys(seed);
  const chain = prefer === 'file' ? null : await keychain();
  if (!chain && prefer === 'keychain') throw noKeychain();
  if (chain && prefer === 'keychain') await putOrSay(chain, device, seed);
  const isKept = chain !== null && (prefer === 'keychain' || (await isPut(chain, device, seed)));
  replace(file, isKept ? { v: 2, device } : { v: 1, seed: toBase64Url(seed) });
  return { seed, keptIn: isKept ? 'keychain' : 'file' };
}

const isPut = (chain: Keychain, device: string, seed: Uint8Array): Promise<boolean> =>
  putIn(chain, device, seed).then(
    () => true,
    () => false,
  );

async function putOrSay(chain: Keychain, device: string, seed: Uint8Array): Promise<void> {
  try {
    await putIn(chain, device, seed);
  } catch (cause) {
    throw new BenchmateError(
      'FORBIDDEN',
      `The keychain of your system did not take the key: ${sentenceOf(cause)}`,
      'Unlock it, or start one, and try again; or keep the key in the file device.json, which only you can read.',
      { cause },
    );
  }
}

async function putIn(chain: Keychain, device: string, seed: Uint8Array): Promise<void> {
  const secret = toBase64Url(seed);
  await chain.write(device, secret);
  if ((await chain.read(device)) !== secret) throw new Error('It does not give back what it got.');
}

async function fromKeychain(device: string, keychain: () => Promise<Keychain | null>): Promise<Uint8Array> {
  const chain = await keychain();
  if (!chain) throw locked('This Benchmate has no part that talks to it.');
  let secret: string | null;
  try {
    secret = await chain.read(device);
  } catch (cause) {
    throw locked(sentenceOf(cause), cause);
  }
  if (secret === null) throw locked('It has no entry for this device.');
  const seed = fromBase64Url(secret);
  if (seed?.length !== 32 || nativeDeviceKeys(seed).device !== device) throw locked('Its entry is another key.');
  return seed;
}

const noKeychain = () =>
  new BenchmateError(
    'NOT_SUPPORTED',
    'This Benchmate has no part that talks to the keychain of your system.',
    'Keep the key in the file device.json, which only you can read.',
  );

const locked = (why: string, cause?: unknown) =>
  new BenchmateError(
    'FORBIDDEN',
    `The key of this device is in the keychain of your system, which does not give it: ${why}`,
    'Unlock the keychain (log in to the desktop, for instance) and start again, or restore a backup. Nothing is lost meanwhile.',
    { cause },
  );

const sentenceOf = (cause: unknown): string =>
  `${(cause instanceof Error ? cause.message : String(cause)).replace(/\.?\s*$/, '')}.`;

function readFile(file: string): { v: 1; seed: Uint8Array } | { v: 2; device: string } {
  const parsed = deviceFile.safeParse(readJson(file));
  if (parsed.success && parsed.data.v === 2) return parsed.data;
  const seed = parsed.success && parsed.data.v === 1 ? fromBase64Url(parsed.data.seed) : null;
  if (seed?.length === 32) return { v: 1, seed };
  throw new BenchmateError(
    'INTERNAL',
    `The file ${file}, which holds the key of this device, cannot be read.`,
    'Restore it from a backup, or delete it to become a new device that has to be invited again.',
  );
}

/** Whole or not at all, and synced with its name: who loses this file is a stranger to the team. */
function replace(file: string, content: z.infer<typeof deviceFile>): void {
  const temporary = `${file}.${process.pid}.tmp`;
  rmSync(temporary, { force: true });
  writeFileSync(temporary, `${JSON.stringify(content)}\n`, { mode: 0o600, flush: true });
  renameSync(temporary, file);
  if (process.platform === 'win32') return; // has no folders to be synced
  const folder = openSync(dirname(file), 'r');
  fsyncSync(folder);
  closeSync(folder);
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}
