import { createWriteStream, existsSync, openSync, closeSync, fsyncSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { readAdmin } from '../admin/admin-file.ts';
import { askAdmin } from '../admin/client.ts';
import { databaseName } from '../storage/database.ts';
import { openStorage } from '../storage/open.ts';
import type { ArchiveCounts } from './archive.ts';
import { packedArchive } from './packed.ts';
import { verifyArchive } from './read.ts';
import { restore } from './restore.ts';
import { parseCommand } from '../parse-command.ts';

const usage = `Usage: benchmate-sync backup FILE --data-dir DIR [--json]     everything into a new FILE; the server may run
       benchmate-sync restore FILE --data-dir DIR [--json]    from FILE into DIR, which holds no data yet

With BENCHMATE_SYNC_DATABASE=postgres://… the database takes the place of DIR. A backup of one kind of storage can be restored into
the other. It holds what the teams share, readable for whoever has the file: keep it as you keep the server.
`;

/** Runs `benchmate-sync backup|restore …` and gives what it prints. */
export async function backupCommand(
  command: 'backup' | 'restore',
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const { values, positionals } = parseCommand(argv, '--help');
  const [file, ...more] = positionals;
  const dataDir = values['data-dir'];
  const database = env.BENCHMATE_SYNC_DATABASE;
  if (values.help) return usage;
  if (file === undefined || more.length > 0 || (!dataDir && !database))
    throw new BenchmateError('BAD_REQUEST', `A ${command} needs a file and a data directory.`, 'See --help.');
  const place = { ...(dataDir ? { dataDir } : {}), ...(database ? { database } : {}) };
  const counts = command === 'backup' ? await backup(file, place) : await restore(file, place);
  if (values.json) return `${JSON.stringify({ file, ...counts })}\n`;
  const { documents, entries, teams } = counts;
  return `${file}: ${documents} documents and ${entries} facts of ${teams} teams.\n`;
}

/** The file appears under its name when it is whole, verified and on the disk. Throws ALREADY_EXISTS and what reading throws. */
async function backup(file: string, place: { dataDir?: string; database?: string }): Promise<ArchiveCounts> {
  if (existsSync(file)) throw new BenchmateError('ALREADY_EXISTS', `${file} is there already.`, 'Choose another name.');
  const partial = `${file}.partial`;
  try {
    const { bytes, close } = await source(place);
    try {
      await pipeline(bytes, createWriteStream(partial, { mode: 0o600 }));
    } finally {
      await close();
    }
    const counts = await verifyArchive(partial);
    toDisk(partial);
    renameSync(partial, file);
    return counts;
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}

/** From the database; from the server that holds the folder; or from the folder, when no server runs. */
async function source(place: { dataDir?: string; database?: string }) {
  const { dataDir, database } = place;
  if (!database && dataDir && readAdmin(dataDir)) {
    const answer = await askAdmin(dataDir, 'GET', '/api/backup').catch((error: unknown) => {
      if (error instanceof BenchmateError && error.code === 'OFFLINE') return null; // it was killed and left its file behind
      throw error;
    });
    if (answer?.body) return { bytes: Readable.fromWeb(answer.body), close: async () => {} };
  }
  if (!database && !existsSync(join(dataDir!, databaseName)))
    throw new BenchmateError('NOT_FOUND', `There is no data of a sync server in ${dataDir}.`, 'Look at --data-dir.');
  const storage = await openStorage(place);
  return { bytes: packedArchive(storage, new Date()), close: () => storage.close() };
}

function toDisk(file: string): void {
  const handle = openSync(file, 'r+');
  fsyncSync(handle);
  closeSync(handle);
}
