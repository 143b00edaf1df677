import { entry, type Entry } from '../facts/entry.ts';
import { canonical, held, type HeldEntry } from '../facts/entry-hash.ts';
import { unreadable } from './places.ts';

/** One device's feed: a signed entry a line, as canonical JSON, by number. Two under one number (a fork) stay both. */
export function factsText(entries: readonly HeldEntry[]): string {
  const byHash = new Map(entries.map(item => [item.hash, item.entry]));
  return [...byHash]
    .sort(([aHash, a], [bHash, b]) => a.seq - b.seq || (aHash < bHash ? -1 : 1))
    .map(([, each]) => `${canonical(each)}\n`)
    .join('');
}

const conflictMarker = /^(<{7}|={7}|>{7}|\|{7})( |$)/;

/** The entries of a file, also of one that git left with conflict markers. Throws BAD_REQUEST where a line is no entry of that device. */
export function factsIn(text: string, path: string, device: string): HeldEntry[] {
  return text
    .split('\n')
    .map(line => line.trimEnd())
    .filter(line => line !== '' && !conflictMarker.test(line))
    .map(line => {
      const each = parsedEntry(line);
      if (each?.author !== device) throw unreadable(path);
      return held(each);
    });
}

function parsedEntry(line: string): Entry | null {
  try {
    return entry.parse(JSON.parse(line));
  } catch {
    return null;
  }
}
