import { lstat, mkdir, mkdtemp, readdir, readFile, realpath, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
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
  await mkdir(dirname(target), { recursive: true });
  const parent = await realpath(dirname(target));
  const half = await mkdtemp(join(parent, `.${basename(target)}-`));
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
      await writeFile(target, fillBytes(await readFile(path), markers), { mode: mode & 0o777, flag: 'wx' });
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

function fillBytes(bytes: Buffer, markers: ScaffoldParts['markers']): Buffer {
  if (bytes.includes(0)) return bytes; // binary
  const text = bytes.toString('utf8');
  return text.includes('{{') ? Buffer.from(fill(text, markers)) : bytes;
}

function fill(text: string, markers: ScaffoldParts['markers']): string {
  return text.replace(/\{\{\s*(name|id|template)\s*\}\}/g, (_all, key: keyof typeof markers) => markers[key]);
}
