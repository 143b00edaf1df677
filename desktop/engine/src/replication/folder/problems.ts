import type { FolderFile } from './listing.ts';

interface Trouble {
  sizeBytes: number;
  modifiedMs: number;
  at: number;
  sentence: string;
  /** It misses something that another file may bring, or rights that a fact may give. */
  waits: boolean;
}

interface Problem extends Trouble {
  /** Grows with each try that did not help. */
  againAfterMs: number;
}

const firstAgainMs = 30_000;
const longestAgainMs = 3_600_000;

/** Files that could not be taken: half copied, damaged, locked, or ahead of others. Each is tried again when it may help. */
export class ReadProblems {
  readonly #files = new Map<string, Problem>();

  get sentences(): string[] {
    return [...new Set([...this.#files.values()].map(({ sentence }) => sentence))];
  }

  note(file: FolderFile, trouble: Trouble): void {
    const before = this.#files.get(file.name);
    const isSame = before?.sizeBytes === trouble.sizeBytes && before.modifiedMs === trouble.modifiedMs;
    const againAfterMs = isSame ? Math.min(before.againAfterMs * 2, longestAgainMs) : firstAgainMs;
    this.#files.set(file.name, { ...trouble, againAfterMs });
  }

  solved(name: string): void {
    this.#files.delete(name);
  }

  has(name: string): boolean {
    return this.#files.has(name);
  }

  /** Forgets files that are not there any more. */
  keep(names: ReadonlySet<string>): void {
    for (const name of this.#files.keys()) if (!names.has(name)) this.#files.delete(name);
  }

  /** `progressed`: something else was taken since. */
  mayHelp(name: string, seen: { sizeBytes: number; modifiedMs: number; at: number; progressed: boolean }): boolean {
    const problem = this.#files.get(name);
    if (!problem) return true;
    if (problem.waits && seen.progressed) return true;
    if (problem.sizeBytes !== seen.sizeBytes || problem.modifiedMs !== seen.modifiedMs) return true;
    return seen.at - problem.at >= problem.againAfterMs;
  }
}
