import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from './clock.ts';
import type { DeviceIdentity } from './identity.ts';

/**
 * Who this device is, where a keychain has to say it: asked before anybody is promised an engine, so that whoever starts one
 * hears why there is none. Null where a file has the key, which no start has to wait for.
 */
export async function identityFromKeychain(dataDir: string, random: Random): Promise<DeviceIdentity | null> {
  if (!needsKeychain(dataDir)) return null;
  const { keyPlaceFor, loadIdentity } = await import('./load-identity.ts');
  return loadIdentity({ dataDir, random, prefer: keyPlaceFor(dataDir) });
}

function needsKeychain(dataDir: string): boolean {
  try {
    return readFileSync(join(dataDir, 'device.json'), 'utf8').includes('"v":2');
  } catch {
    return process.env['BENCHMATE_DEVICE_KEY'] === 'keychain';
  }
}
