import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { fromBase64Url, toBase64Url, type DeviceKeys } from '@benchmate/shared/facts/keys';
import { nativeDeviceKeys } from './native-keys.ts';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Random } from './clock.ts';

/** Who this device is: the key that signs its feed, and the name that teammates see beside it. */
export interface DeviceIdentity {
  keys: DeviceKeys;
  deviceName: string;
}

const deviceFile = z.object({ v: z.literal(1), seed: z.string() });

/** Reads `device.json` (0600) in the data directory, or makes it at the first start. The seed never leaves this machine. */
export function loadIdentity(dataDir: string, random: Random, deviceName: string = hostname()): DeviceIdentity {
  const file = join(dataDir, 'device.json');
  if (!existsSync(file)) create(file, random(32));
  const parsed = deviceFile.safeParse(readJson(file));
  const seed = parsed.success ? fromBase64Url(parsed.data.seed) : null;
  if (seed?.length !== 32)
    throw new BenchmateError(
      'INTERNAL',
      `The file ${file}, which holds the key of this device, cannot be read.`,
      'Restore it from a backup, or delete it to become a new device that has to be invited again.',
    );
  return { keys: nativeDeviceKeys(seed), deviceName: deviceName.slice(0, 100) };
}

/** Whole or not at all, and synced: who loses this file is a stranger to the team. */
function create(file: string, seed: Uint8Array): void {
  const temporary = `${file}.${process.pid}.tmp`;
  const content = `${JSON.stringify({ v: 1, seed: toBase64Url(seed) })}\n`;
  writeFileSync(temporary, content, { mode: 0o600, flush: true });
  renameSync(temporary, file);
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}
