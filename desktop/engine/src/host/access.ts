import { chmodSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from './clock.ts';

/**
 * What stays the same from start to start, in `access.json` (0600): a terminal or a training job that got the address
 * and the token keeps reaching the engine after an engine crash or upgrade.
 */
export interface Access {
  /** 256 random bits, base64url. */
  token: string;
  /** The port of the last start; 0 before the first. Only a wish: another program may have it by now. */
  port: number;
}

export function readAccess(dataDir: string, random: Random): Access {
  try {
    const { token, port } = JSON.parse(readFileSync(join(dataDir, 'access.json'), 'utf8')) as Partial<Access>;
    if (typeof token === 'string' && /^[\w-]{43}$/.test(token))
      return { token, port: Number.isInteger(port) ? Number(port) : 0 };
  } catch {
    // Absent, or cut off by a crash: a new token is made.
  }
  return { token: Buffer.from(random(32)).toString('base64url'), port: 0 };
}

export function writeAccess(dataDir: string, access: Access): void {
  writePrivateFile(join(dataDir, 'access.json'), `${JSON.stringify(access)}\n`);
}

/** Readers see the old content or the new one, never a part; nobody else may read it. */
export function writePrivateFile(file: string, content: string): void {
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, content, { mode: 0o600 });
  chmodSync(temporary, 0o600); // an existing file keeps its mode when it is written
  replaceFile(temporary, file);
}

/** Windows refuses to replace a file while somebody reads it: a moment later it works. */
function replaceFile(from: string, to: string): void {
  for (let attempt = 0; ; attempt++) {
    try {
      return renameSync(from, to);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (attempt === 20 || (code !== 'EPERM' && code !== 'EACCES' && code !== 'EBUSY')) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}
