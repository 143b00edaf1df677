import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface PageFile {
  bytes: Buffer;
  type: string;
  etag: string;
  /** Whether its name changes with its content. */
  isImmutable: boolean;
}

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
};

/** Beside the bundle, or where a build puts it when the server runs from its source. */
const places = ['./companion/', '../../dist/companion/'];

/** The folder with the files that a build made; it may not be there. */
export function builtCompanion(): string {
  const folders = places.map(place => fileURLToPath(new URL(place, import.meta.url)));
  return folders.find(hasPage) ?? folders[0]!;
}

/**
 * The companion's files by their path under `/companion/`, read once: a request can name one of these, and nothing else of the disk.
 * Null where it was not built.
 */
export function readCompanion(folder: string): ReadonlyMap<string, PageFile> | null {
  if (!hasPage(folder)) return null;
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && extname(entry.name) in types)
    .map(entry => join(entry.parentPath, entry.name));
  return new Map(names.map(path => [relative(folder, path).split(sep).join('/'), read(path)]));
}

const hasPage = (folder: string): boolean => existsSync(join(folder, 'index.html'));

function read(path: string): PageFile {
  const bytes = path.endsWith('index.html')
    ? Buffer.from(underCompanion(readFileSync(path, 'utf8')))
    : readFileSync(path);
  return {
    bytes,
    type: types[extname(path)]!,
    etag: `"${createHash('sha256').update(bytes).digest('base64url')}"`,
    isImmutable: path.includes(`${sep}assets${sep}`),
  };
}

/** An engine serves the same page at its root. */
const underCompanion = (html: string): string =>
  html.replaceAll(/(?<=(?:src|href)=")\/(?=assets\/|icon\.svg)/g, '/companion/');
