import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';

/** How the commands reach a server that runs: its admin address on loopback and the secret that opens it. */
const adminAccess = z.object({ url: z.url(), token: z.string().min(20), pid: z.number().int() });
export type AdminAccess = z.infer<typeof adminAccess>;

const fileIn = (dataDir: string): string => join(dataDir, 'admin.json');

/** Writes it for the owner of the data directory alone. The returned function takes it back. */
export function publishAdmin(dataDir: string, access: AdminAccess): () => void {
  const file = fileIn(dataDir);
  const partial = `${file}.${process.pid}`;
  writeFileSync(partial, `${JSON.stringify(access)}\n`, { mode: 0o600 });
  chmodSync(partial, 0o600); // also where an old one was left behind
  renameSync(partial, file);
  return () => {
    if (readAdmin(dataDir)?.pid === access.pid) rmSync(file, { force: true });
  };
}

/** Null where no server left one. */
export function readAdmin(dataDir: string): AdminAccess | null {
  try {
    return adminAccess.parse(JSON.parse(readFileSync(fileIn(dataDir), 'utf8')));
  } catch {
    return null;
  }
}

export const notRunning = (dataDir: string): BenchmateError =>
  new BenchmateError(
    'OFFLINE',
    `No sync server that runs says so in ${dataDir}.`,
    'Start it, or name its own --data-dir.',
  );
