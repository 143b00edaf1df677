import { mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';

/** What the engine's parts write to: never a token, a body or a query string, only route patterns, codes and counts. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

const keepBytes = 10_000_000;

/** `<data>/logs/engine.log`, JSON lines; an older one is kept once it is 10 MB. */
export async function openLog(dataDir: string, level: string): Promise<Log> {
  const { default: pino } = await import('pino');
  const folder = join(dataDir, 'logs');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'engine.log');
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > keepBytes) renameSync(file, `${file}.1`);
  const secrets = ['token', 'authorization', 'cookie', '*.token', '*.authorization', '*.cookie', '*.code'];
  const destination = pino.destination({ dest: file, sync: true, mode: 0o600 });
  destination.on('error', () => {}); // a full disk costs lines of the log, never the engine
  const log: Log = pino(
    { level, base: { pid: process.pid }, redact: { paths: secrets, censor: '[secret]' } },
    destination,
  );
  return log;
}
