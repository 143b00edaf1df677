// In the place of better-sqlite3: the same databases; the disk is told what was synced.
import RealDatabase from 'better-sqlite3';
import type { OpenDatabase } from '../kernel/disk.ts';
import { onStage, playing } from '../kernel/stage.ts';

/** At `PRAGMA synchronous` of 2, FULL, a commit syncs the log. */
const full = 2;
/** Of SQLite's format of a write-ahead log. */
const [logHeadBytes, pageHeadBytes, pageBytes] = [32, 24, 4096];

function Database(file: string, options?: RealDatabase.Options): RealDatabase.Database {
  const db = new RealDatabase(file, options);
  if (!playing()) return db;
  const { disk, world } = onStage();
  const prepare = db.prepare.bind(db);
  let held: OpenDatabase | null = null;
  let synchronous = 0;
  const exec = db.exec.bind(db);
  db.exec = source => {
    const level = /^PRAGMA synchronous = (\w+)$/.exec(source)?.[1];
    if (level) synchronous = level === 'full' ? full : 1;
    return exec(source);
  };
  const kept = new Map<string, RealDatabase.Statement>();
  db.prepare = ((source: string) => {
    world.asks();
    // The engine prepares these each time. They have one form, so one will do.
    const known = kept.get(source);
    if (known) return known;
    const statement = prepare(source);
    if (source.includes(' document_')) kept.set(source, statement);
    if (source !== 'COMMIT') return statement;
    if (!held) {
      // What was done until now was done by opening, which syncs. From here on the log only grows, so its length says what is where.
      db.pragma('wal_autocheckpoint = 0');
      const measure = prepare('PRAGMA wal_checkpoint(NOOP)').raw();
      const logBytes = () => {
        const [, pages] = measure.get() as [busy: number, pages: number, moved: number];
        return pages === 0 ? 0 : logHeadBytes + pages * (pageHeadBytes + pageBytes);
      };
      held = Object.assign(db, { logBytes });
      disk.opened(file, held, world.current!);
      synchronous = Number(db.pragma('synchronous', { simple: true }));
    }
    const run = statement.run.bind(statement);
    statement.run = (...values: unknown[]) => {
      const result = run(...values);
      if (synchronous === full) disk.synced(file);
      return result;
    };
    return statement;
  }) as typeof db.prepare;
  const close = db.close.bind(db);
  db.close = () => {
    const result = close();
    if (held) disk.closed(file, held);
    return result;
  };
  return db;
}

export default Database;
