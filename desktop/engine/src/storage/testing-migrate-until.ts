/** `<file> <step>`: migrates until a step, says so and stands still there, to be killed. For tests alone. */
import Database from 'better-sqlite3';
import { writeSync } from 'node:fs';
import { migrate } from './migrate.ts';
import { applySettings } from './settings.ts';

const [file = '', at] = process.argv.slice(2);
const db = new Database(file);
applySettings(db);
migrate(db, {
  step: ({ id }) => {
    if (id !== Number(at)) return;
    writeSync(1, 'here\n');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  },
});
