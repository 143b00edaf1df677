import { readFileSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** `jsonl`: the lines of the record. `html`: a page that shows and verifies them in a browser, from a file, offline. */
export type RecordFormat = 'jsonl' | 'html';

const pageSource = new URL('./page.html', import.meta.url);

/** Everything of a page that stands before its lines. */
export const page = (): string =>
  readFileSync(
    fileURLToPath(import.meta.url.endsWith('.ts') ? pageSource : new URL('./audit-page.html', import.meta.url)),
    'utf8',
  );

const afterLines = '</pre>\n</html>\n';

/** Writes a record beside its place and moves it there when it is whole and on the disk; `write` gives the lines. */
export async function writeRecord(
  file: string,
  format: RecordFormat,
  write: (line: (text: string) => Promise<void>) => Promise<void>,
): Promise<void> {
  const partial = `${file}.partial`;
  const handle = await open(partial, 'w', 0o644);
  try {
    try {
      if (format === 'html') await handle.write(page());
      let waiting = '';
      const flush = async () => {
        await handle.write(waiting);
        waiting = '';
      };
      await write(async text => {
        waiting += `${format === 'html' ? escaped(text) : text}\n`;
        if (waiting.length > 256 * 1024) await flush();
      });
      await flush();
      if (format === 'html') await handle.write(afterLines);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

/** The lines of a record in a file of either format; `isOwnPage` says of a page whether it is the one that we write. */
export async function* readRecord(
  file: string,
  found: { format: RecordFormat; isOwnPage: boolean },
): AsyncGenerator<string> {
  const handle = await open(file);
  try {
    let before = '';
    let state: 'unknown' | 'page' | 'lines' | 'after' = 'unknown';
    for await (const line of handle.readLines({ encoding: 'utf8' })) {
      if (state === 'unknown') {
        state = /^<!doctype html>/i.test(line) ? 'page' : 'lines';
        found.format = state === 'page' ? 'html' : 'jsonl';
        found.isOwnPage = true;
      }
      if (state === 'page') {
        before += `${line}\n`;
        if (line.startsWith('<pre id="record"')) state = 'lines';
        if (state === 'lines') found.isOwnPage = before === page();
      } else if (state === 'lines' && found.format === 'html' && line === '</pre>') state = 'after';
      else if (state === 'lines' && line !== '') yield found.format === 'html' ? unescaped(line) : line;
    }
  } finally {
    await handle.close();
  }
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const unescaped = (text: string) => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
