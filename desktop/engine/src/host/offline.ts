import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { EntryRows } from '../features/audit/store.ts';
import { checkStore } from '../features/store/check.ts';
import { throwIfCancelled, type Progress } from './progress.ts';
import { restoreBackup } from '../features/store/restore.ts';
import { storeFiles } from '../features/store/store-files.ts';
import { openSecond } from '../storage/second-connection.ts';
import { prepareFolder } from './engine.ts';
import { lockDataDir } from './lock.ts';

export type OfflineCommand = { name: 'check' | 'entries' } | { name: 'restore'; file: string; replace: boolean };

/**
 * `engine check`, `engine entries` and `engine restore`: work on a data directory that no engine uses, also on one that no engine can use.
 * Lines of JSON on stdout: `{step, done, total}` as it goes on, `{result}` last; of `entries` one `{entry}`
 * for each signed entry as it is stored.
 */
export async function runOffline(dataDir: string, command: OfflineCommand): Promise<void> {
  const write = (line: unknown) => void process.stdout.write(`${JSON.stringify(line)}\n`);
  const control = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => control.abort());
  let told = 0;
  const progress: Progress = {
    signal: control.signal,
    tell: (step, done, total) => {
      if (performance.now() - told < 100 && done > 0) return;
      told = performance.now();
      write({ step, done, total });
    },
  };
  if (command.name !== 'restore' && !existsSync(storeFiles(dataDir).database))
    throw new BenchmateError('NOT_FOUND', `There is no data in ${dataDir}.`, 'Choose the folder with --data-dir.');
  prepareFolder(dataDir);
  const lock = lockDataDir(dataDir);
  try {
    if (command.name === 'restore') write({ result: await restoreBackup({ ...command, dataDir }, progress) });
    else if (command.name === 'entries') write({ result: await tellEntries(dataDir, progress) });
    else write({ result: await check(dataDir, progress) });
  } finally {
    lock.release();
  }
}

async function check(dataDir: string, progress: Progress) {
  const db = openSecond(storeFiles(dataDir).database, { readonly: true });
  try {
    return await checkStore(db, dataDir, progress);
  } finally {
    db.close();
  }
}

const entriesPerPage = 200;

async function tellEntries(dataDir: string, progress: Progress): Promise<{ entries: number }> {
  const db = openSecond(storeFiles(dataDir).database, { readonly: true });
  try {
    const rows = new EntryRows(db);
    let [entries, last] = [0, 0];
    for (let page = rows.after(0, entriesPerPage); page.length > 0; page = rows.after(last, entriesPerPage)) {
      throwIfCancelled(progress);
      const text = page.map(entry => `${JSON.stringify({ entry })}\n`).join('');
      if (!process.stdout.write(text)) await once(process.stdout, 'drain');
      entries += page.length;
      last = page.at(-1)!.arrival;
    }
    return { entries };
  } finally {
    db.close();
  }
}
