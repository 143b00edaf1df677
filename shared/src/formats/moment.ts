import { BenchmateError } from '../errors/benchmate-error.ts';

/** A moment as it was asked for. */
export interface Moment {
  /** ISO 8601 UTC. */
  at: string;
  /** The same in words, with the time zone it was understood in. */
  text: string;
}

const pattern = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?)?(Z|[+-]\d\d:?\d\d)?$/;

/**
 * `2026-03-14T09:00` in the time zone of this machine, `…Z` or `…+01:00` in the one that is named. A date alone means
 * its end: what was so on that day when it was over.
 */
export function parseMoment(text: string): Moment {
  const match = pattern.exec(text.trim());
  if (!match) throw wrong(text);
  const [, year, month, day, hour, minute, second, millis, zone] = match;
  const isDay = hour === undefined;
  const time = isDay ? '23:59:59.999' : `${hour}:${minute}:${second ?? '00'}.${(millis ?? '').padEnd(3, '0')}`;
  const offset = zone === undefined || zone === 'Z' ? (zone ?? '') : `${zone.slice(0, 3)}:${zone.slice(-2)}`;
  const date = new Date(`${year}-${month}-${day}T${time}${offset}`);
  const isDate = new Date(`${year}-${month}-${day}T12:00:00Z`).getUTCDate() === Number(day);
  if (Number.isNaN(date.getTime()) || !isDate) throw wrong(text);
  const at = date.toISOString();
  const local = `${year}-${month}-${day}${isDay ? '' : ` ${time.replace(/(:00)?\.000$/, '')}`}`;
  const named = zone === undefined ? zoneAt(date) : zone === 'Z' ? 'UTC' : `UTC${offset}`;
  return { at, text: `${isDay ? 'the end of ' : ''}${local} (${named})` };
}

/** `Europe/Berlin, UTC+01:00`: of this machine at that moment. */
function zoneAt(date: Date): string {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const minutes = -date.getTimezoneOffset();
  const two = (value: number) => String(value).padStart(2, '0');
  const offset = `UTC${minutes < 0 ? '-' : '+'}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
  return timeZone === 'UTC' ? 'UTC' : `${timeZone}, ${offset}`;
}

const wrong = (text: string) =>
  new BenchmateError(
    'BAD_REQUEST',
    `'${text}' is no moment.`,
    'Write 2026-03-14T09:00, 2026-03-14T09:00Z, or 2026-03-14 for the end of that day.',
  );
