import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openStore } from './database.ts';

test('E37 the database is set up against power cuts, damage and planted schemas, and says so when asked', () => {
  const folder = mkdtempSync(join(tmpdir(), 'benchmate-settings-'));
  const store = openStore(join(folder, 'benchmate.db'));
  try {
    const ask = (pragma: string) => store.db.pragma(pragma, { simple: true });
    expect({
      journal: ask('journal_mode'),
      synchronous: ask('synchronous'),
      foreignKeys: ask('foreign_keys'),
      trustedSchema: ask('trusted_schema'),
      cellSizeCheck: ask('cell_size_check'),
      mmap: ask('mmap_size'),
      autocheckpoint: ask('wal_autocheckpoint'),
    }).toEqual({
      journal: 'wal',
      synchronous: 1,
      foreignKeys: 1,
      trustedSchema: 0,
      cellSizeCheck: 1,
      mmap: 0,
      autocheckpoint: 1000,
    });
    // Defensive mode has no pragma to ask: what it forbids must fail.
    expect(() => store.db.exec(`PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'x'`)).toThrow(
      /may not be/,
    );
  } finally {
    store.close();
    rmSync(folder, { recursive: true });
  }
});
