import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { promisify } from 'node:util';
import { gitEnvironment } from '../projects/git.ts';

const longestBytes = 50_000_000;
const longestTextBytes = 200_000;
const timeoutMs = 10_000;

/** What a file of a project is now, as verdicts name it. */
export interface FileNow {
  /** See `fileContent`. */
  content: string;
  /** The commit that last changed it; null where git does not hold it as it is. */
  commit: string | null;
  /** Null for what is no text, or too much to read in a browser. */
  text: string | null;
}

/** Null for what is not there, no file, too long, or elsewhere behind a link. */
export async function fileNow(dir: string, path: string): Promise<FileNow | null> {
  try {
    const [root, file] = await Promise.all([realpath(dir), realpath(join(dir, path))]);
    const seen = await stat(file);
    if (!file.startsWith(root + sep) || !seen.isFile() || seen.size > longestBytes) return null;
    const bytes = await readFile(file);
    const inside = file.slice(root.length).toLowerCase().split(sep);
    if (inside.includes('.git')) return null; // nobody's text
    const text = bytes.length > longestTextBytes ? null : textOf(bytes);
    return { content: contentOf(bytes), commit: await commitOf(file), text };
  } catch {
    return null;
  }
}

/** The same on every machine, whatever line ends git writes there. */
export function contentOf(bytes: Uint8Array): string {
  return createHash('sha256')
    .update(textOf(bytes)?.replaceAll('\r\n', '\n') ?? bytes)
    .digest('hex');
}

function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

async function commitOf(file: string): Promise<string | null> {
  const name = basename(file);
  const options = {
    cwd: dirname(file),
    env: { ...gitEnvironment(process.env), GIT_OPTIONAL_LOCKS: '0', GIT_LITERAL_PATHSPECS: '1' },
    timeout: timeoutMs,
    windowsHide: true,
  };
  const git = async (...args: string[]) =>
    (await promisify(execFile)('git', ['-c', 'core.fsmonitor=false', ...args], options)).stdout.trim();
  try {
    if ((await git('status', '--porcelain', '--ignored', '--', name)) !== '') return null;
    return /^[0-9a-f]{40,64}$/.exec(await git('log', '-1', '--format=%H', '--', name))?.[0] ?? null;
  } catch {
    return null; // no git, or no repository
  }
}
