import { homedir, hostname } from 'node:os';
import { defaultDataDir } from '@benchmate/shared/node/data-dir';
import { loadDeviceKey, moveDeviceKey, type DeviceKeyParts } from './device-key.ts';
import type { DeviceIdentity } from './identity.ts';
import { nativeDeviceKeys } from './native-keys.ts';

/** As `BENCHMATE_DEVICE_KEY` says. Folders that somebody named may be many, and short-lived: no keychain is filled with theirs. */
export function keyPlaceFor(dataDir: string, env: NodeJS.ProcessEnv = process.env): DeviceKeyParts['prefer'] {
  const chosen = env['BENCHMATE_DEVICE_KEY'];
  if (chosen === 'keychain' || chosen === 'file') return chosen;
  return dataDir === defaultDataDir(process.platform, homedir(), env) ? 'any' : 'file';
}

/** Throws FORBIDDEN where the key is in a keychain that does not give it, and INTERNAL where its file is damaged. */
export async function loadIdentity(parts: DeviceKeyParts): Promise<DeviceIdentity> {
  const { seed, keptIn } = await loadDeviceKey(parts);
  let place = keptIn;
  return {
    keys: nativeDeviceKeys(seed),
    deviceName: hostname().slice(0, 100),
    get keptIn() {
      return place;
    },
    async keepIn(to) {
      await moveDeviceKey(parts, { seed, keptIn: place }, to);
      place = to;
    },
  };
}
