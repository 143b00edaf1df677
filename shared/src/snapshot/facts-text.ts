import { entry, type Entry } from '../facts/entry.ts';
import { canonical, held, type HeldEntry } from '../facts/entry-hash.ts';
import { unreadable } from './places.ts';

/** One device's feed: a signed entry a line, as canonical JSON, by number. Two under one number (a fork) stay both. */
export function factsText(entries: Iterable<HeldEntry>): string {
  const byHash = new Map(Array.from(entries, item => [item.hash, item.entry]));
  return [...byHash]
    .sort(([aHash, a], [bHash, b]) => a.seq - b.seq || (aHash < bHash ? -1 : 1))
    .map(([, each]) => `${canonical(each)}\n`)
    .join('');
}

const conflictMarker = /^(<{7}|={7}|>{7}|\|{7})( |$)/;

/** The entries of a file one by one, also of one that git left with conflict markers. Throws BAD_REQUEST where a line is no entry of that device. */
export function* factsIn(text: string, path: string, device: string): Generator<HeldEntry> {
  for (const ended of text.split('\n')) {
    const line = ended.trimEnd();
    if (line === '' || conflictMarker.test(line)) continue;
    const each = parsedEntry(line);
    if (each?.author !== device) throw unreadable(path);
    yield held(each);
  }
}

function parsedEntry(line: string): Entry | null {
  try {
    return entry.parse(JSON.parse(line));
  } catch {
    return null;
  }
}
