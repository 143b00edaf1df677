// For schema.test.ts: migrates a database, and is killed before the given statement.
import Database from 'better-sqlite3';
import { migrate } from './schema.ts';

const [file = '', last = ''] = process.argv.slice(2);
let statements = 0;
const db = new Database(file, {
  verbose() {
    if (++statements >= Number(last)) process.kill(process.pid, 'SIGKILL');
  },
});
migrate(db);
