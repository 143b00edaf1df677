export type LogLevel = 'info' | 'warn' | 'error';

/** What a log line may carry: names, codes and counts. Never a ticket, a nonce, a signature or content. */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

/** Writes what happened as JSON, one line each. */
export type Log = (level: LogLevel, event: string, fields?: LogFields) => void;

export const silentLog: Log = () => {};

export function jsonLog(write: (line: string) => void, now: () => number = Date.now): Log {
  return (level, event, fields = {}) =>
    write(`${JSON.stringify({ time: new Date(now()).toISOString(), level, event, ...fields })}\n`);
}
