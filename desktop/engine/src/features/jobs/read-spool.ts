import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { z } from 'zod';
import type { SpoolEvent } from '../../supervisor/spool.ts';

const at = z.number();
const start = z.string().nullable();
const spoolEvent: z.ZodType<SpoolEvent> = z.discriminatedUnion('type', [
  z.object({ at, type: z.literal('supervised'), pid: z.number().int(), start }),
  z.object({ at, type: z.literal('started'), pid: z.number().int(), start }),
  z.object({ at, type: z.literal('not-started'), reason: z.string(), detail: z.string() }),
  z.object({ at, type: z.literal('cancelling') }),
  z.object({
    at,
    type: z.literal('exit'),
    code: z.number().int().nullable(),
    signal: z.string().nullable(),
    cancelled: z.boolean(),
  }),
]);

/**
 * Events from a byte offset on, and the offset after the last whole line. Half a line is left for the next time; a line
 * that says nothing known (torn by a full disk, or of a newer supervisor) is passed over. Null when there is no spool.
 */
export function readSpool(file: string, offset: number): { events: SpoolEvent[]; nextOffset: number } | null {
  let fd: number;
  try {
    fd = openSync(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    const buffer = Buffer.alloc(Math.max(0, fstatSync(fd).size - offset));
    const bytes = buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, offset));
    const end = bytes.lastIndexOf(0x0a) + 1;
    const lines = bytes.subarray(0, end).toString('utf8').split('\n');
    return { events: lines.flatMap(parseLine), nextOffset: offset + end };
  } finally {
    closeSync(fd);
  }
}

function parseLine(line: string): SpoolEvent[] {
  try {
    const parsed = spoolEvent.safeParse(JSON.parse(line));
    return parsed.success ? [parsed.data] : [];
  } catch {
    return [];
  }
}
