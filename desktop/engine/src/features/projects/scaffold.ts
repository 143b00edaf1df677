import { lstat, mkdir, mkdtemp, readdir, readFile, realpath, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { commitNewRepository } from './git.ts';
import { templateFileName } from './templates.ts';

export interface ScaffoldParts {
  source: string;
  /** Absolute; must be absent or an empty folder. */
  target: string;
  /** `{{name}}` and so on, replaced in text files and in file names. */
  markers: Record<'name' | 'id' | 'template', string>;
}

/**
 * Copies a template into a new folder and commits it to a git repository of its own. Everything is made in a hidden folder
 * beside the target and moved there at the end: a failure leaves nothing behind.
 */
export async function scaffold({ source, target, markers }: ScaffoldParts): Promise<string> {
  await refuseOccupied(target);
  const half = await makeHalf(target);
  try {
    await copyTree(source, half, markers);
    await commitNewRepository(half, `Start from the ${markers.template} template`);
    await refuseOccupied(target);
    await rmdir(target).catch(() => {});
    await rename(half, target);
    return target;
  } catch (error) {
    await rm(half, { recursive: true, force: true, maxRetries: 3 });
    throw error;
  }
}

async function makeHalf(target: string): Promise<string> {
  try {
    await mkdir(dirname(target), { recursive: true });
    return await mkdtemp(join(await realpath(dirname(target)), `.${basename(target)}-`));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || code === 'EDQUOT') throw error;
    throw new BenchmateError('BAD_REQUEST', `${target} cannot be made: ${message}.`, 'Choose another folder.');
  }
}

async function refuseOccupied(target: string): Promise<void> {
  const stat = await lstat(target).catch(() => null);
  if (!stat) return;
  if (stat.isDirectory() && (await readdir(target)).length === 0) return;
  throw new BenchmateError(
    'ALREADY_EXISTS',
    `${target} already exists and is not an empty folder.`,
    'Choose another folder.',
  );
}

/** Links are not followed and not copied: a template holds plain files. Build leftovers of the template stay behind. */
async function copyTree(from: string, to: string, markers: ScaffoldParts['markers']): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    if (leftovers.has(entry.name) || entry.name === templateFileName) continue;
    const target = join(to, safeName(fill(entry.name, markers)));
    if (entry.isDirectory()) await copyTree(join(from, entry.name), target, markers);
    else if (entry.isFile()) {
      const path = join(from, entry.name);
      const { mode } = await lstat(path);
      const bytes = fillBytes(await readFile(path), extname(entry.name), markers);
      await writeFile(target, bytes, { mode: mode & 0o777, flag: 'wx' });
    }
  }
}

const leftovers: ReadonlySet<string> = new Set(['.venv', '__pycache__', '.git', 'mlruns', '.pytest_cache']);

/** npm leaves `.gitignore` files out of packages, so a template may call it `gitignore`. */
const renamed: Readonly<Record<string, string>> = { gitignore: '.gitignore' };

function safeName(name: string): string {
  const safe = renamed[name] ?? name.replace(/[\\/:*?"<>|\0]/g, '-');
  return safe === '..' || safe === '.' ? '-' : safe;
}

function fillBytes(bytes: Buffer, extension: string, markers: ScaffoldParts['markers']): Buffer {
  if (bytes.includes(0)) return bytes; // binary
  const text = bytes.toString('utf8');
  return text.includes('{{') ? Buffer.from(fill(text, markers, escapes[extension])) : bytes;
}

/** Markers stand in single quotes in YAML and in double quotes in Python, JSON and TOML: a name cannot leave them. */
const inDoubleQuotes = (value: string) => JSON.stringify(value).slice(1, -1);
const inSingleQuotes = (value: string) => value.replaceAll("'", "''");
const escapes: Readonly<Record<string, (value: string) => string>> = {
  '.yaml': inSingleQuotes,
  '.yml': inSingleQuotes,
  '.py': inDoubleQuotes,
  '.json': inDoubleQuotes,
  '.ipynb': inDoubleQuotes,
  '.toml': inDoubleQuotes,
};

function fill(text: string, markers: ScaffoldParts['markers'], escape = (value: string) => value): string {
  return text.replace(/\{\{\s*(name|id|template)\s*\}\}/g, (_all, key: keyof typeof markers) => escape(markers[key]));
}
