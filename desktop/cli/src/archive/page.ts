import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type * as Build from '../../build.ts';

/** What the page is given inside itself: a page that is opened from a file may read no other. */
export interface PageData {
  /** Text of JSON lines, by the name that the page knows it under. */
  small: Record<string, string>;
  /** The file with the runs, a JSON line each. */
  runsFile: string;
}

/** The viewer with its data, piece by piece. */
export async function* pagePieces({ small, runsFile }: PageData): AsyncGenerator<string> {
  yield await viewer();
  for (const [id, lines] of Object.entries(small)) yield `${opening(id)}${inert(lines)}</script>\n`;
  yield opening('runs');
  for await (const line of createInterface({ input: createReadStream(runsFile, 'utf8') })) yield `${inert(line)}\n`;
  yield '</script>\n</html>\n';
}

const opening = (id: string) => `<script type="application/jsonl" id="${id}">\n`;

/** JSON in which nothing can end the element that it stands in; it means the same. */
const inert = (json: string): string => json.replaceAll('<', String.raw`\u003c`);

/** The page without data: beside the bundle as it was built; from source it is built now. */
async function viewer(): Promise<string> {
  if (!import.meta.url.endsWith('.ts')) return readFile(new URL('./archive-page.html', import.meta.url), 'utf8');
  // A name that the bundler cannot follow: the built program holds the page, and not what builds it.
  const source = new URL('../../build.ts', import.meta.url).href;
  return ((await import(source)) as typeof Build).buildArchivePage();
}
