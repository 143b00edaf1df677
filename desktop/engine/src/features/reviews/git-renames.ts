import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { gitEnvironment } from '../projects/git.ts';

const run = promisify(execFile);

/** How far back renames are looked for; a commit more costs git about a millisecond, in its own process. */
const mostCommits = 2000;
const timeoutMs = 10_000;

/** Path → what it was called directly before or after, newest commit first. */
type Names = Map<string, string[]>;

interface Known {
  /** Every commit that a branch, a tag or HEAD names. */
  refs: string;
  names: Names;
}

/**
 * What git knows of renames in a folder: on all branches and in the reflog, so that a rename on another branch, or in commits
 * that a force-push replaced, counts as well. Nothing where there is no git or no repository.
 */
export class GitRenames {
  readonly #known = new Map<string, Known>();

  /** What is not committed counts, too. */
  async names(dir: string): Promise<Names> {
    const [committed, uncommitted] = await Promise.all([this.#committed(dir), renamesIn(dir, ['diff', 'HEAD'])]);
    const names = new Map([...committed].map(([name, others]) => [name, [...others]]));
    for (const pair of uncommitted) addPair(names, pair);
    return names;
  }

  async #committed(dir: string): Promise<Names> {
    const refs = (await git(dir, ['for-each-ref', '--format=%(objectname)'])) + (await git(dir, ['rev-parse', 'HEAD']));
    let known = this.#known.get(dir);
    if (known?.refs !== refs) {
      known = { refs, names: new Map() };
      const log = ['log', '--all', '--reflog', 'HEAD', `--max-count=${mostCommits}`, '--format='];
      if (refs !== '') for (const pair of await renamesIn(dir, log)) addPair(known.names, pair);
      this.#known.set(dir, known);
    }
    return known.names;
  }
}

/** Other names of a file, those of fewest renames first. */
export function otherNames(names: Names, path: string): string[] {
  const found = new Set([path]);
  for (const name of found) for (const other of names.get(name) ?? []) found.add(other); // a Set visits what is added meanwhile
  found.delete(path);
  return [...found];
}

function addPair(names: Names, [from, to]: [string, string]): void {
  names.set(from, [...(names.get(from) ?? []), to]);
  names.set(to, [...(names.get(to) ?? []), from]);
}

async function renamesIn(dir: string, command: string[]): Promise<[string, string][]> {
  const how = ['--name-status', '-z', '-M', '--diff-filter=R', '--relative', '--no-ext-diff', '--no-textconv'];
  const fields = (await git(dir, [...command, ...how])).split('\0').map(field => field.replace(/^\n+/, ''));
  return fields.flatMap((field, index): [string, string][] => {
    const [from, to] = [fields[index + 1], fields[index + 2]];
    return /^R\d+$/.test(field) && from && to ? [[from, to]] : [];
  });
}

/** Empty when git does not answer: then files are looked for by what stands in them. */
async function git(dir: string, args: string[]): Promise<string> {
  const options = {
    cwd: dir,
    env: { ...gitEnvironment(process.env), GIT_OPTIONAL_LOCKS: '0' },
    timeout: timeoutMs,
    maxBuffer: 20_000_000,
    windowsHide: true,
  };
  return run('git', ['-c', 'core.fsmonitor=false', ...args], options).then(
    ({ stdout }) => stdout,
    () => '',
  );
}
