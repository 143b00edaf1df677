import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** Where the parts of the page are: beside the source, or beside the bundle. */
const folder = new URL(import.meta.url.endsWith('.ts') ? './page/' : './archive-page/', import.meta.url);
/** In an order in which whatever runs at once comes after what it uses. */
const scripts = ['elements', 'data', 'curves', 'runs-page', 'run-page', 'models-pages', 'texts-pages', 'main'];

/** What the page is given inside itself: a page that is opened from a file may read no other. */
export interface PageData {
  /** Text of JSON lines, by the name that the page knows it under. */
  small: Record<string, string>;
  /** The file with the runs, a JSON line each. */
  runsFile: string;
}

/** The viewer with its data, piece by piece. */
export async function* pagePieces({ small, runsFile }: PageData): AsyncGenerator<string> {
  yield viewer();
  for (const [id, lines] of Object.entries(small)) yield `${opening(id)}${inert(lines)}</script>\n`;
  yield opening('runs');
  for await (const line of createInterface({ input: createReadStream(runsFile, 'utf8') })) yield `${inert(line)}\n`;
  yield '</script>\n</html>\n';
}

const opening = (id: string) => `<script type="application/jsonl" id="${id}">\n`;

/** JSON in which nothing can end the element that it stands in; it means the same. */
const inert = (json: string): string => json.replaceAll('<', String.raw`\u003c`);

/** The page without data. Its policy allows its own script and style by their hashes, and of others only files. */
function viewer(): string {
  const style = part('page.css');
  const script = `\n'use strict';\n${scripts.map(name => plainScript(part(`${name}.js`))).join('\n')}`;
  return part('page.html')
    .replace('SCRIPT-HASH', () => hashOf(script))
    .replace('STYLE-HASH', () => hashOf(style))
    .replace('<style>', () => `<style>${style}`)
    .replace('<script>', () => `<script>${script}`);
}

const part = (name: string): string => readFileSync(new URL(name, folder), 'utf8').replaceAll('\r\n', '\n');

/** A module of the page as a part of one script: pages from a file may load no modules. */
const plainScript = (module: string): string =>
  module.replaceAll(/^import [^;]*;\n/gm, '').replaceAll(/^export /gm, '');

const hashOf = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;
