import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { sum, type Count } from './count.ts';

/** What Vitest's JSON report says of one file, as far as it is read here. */
export interface FileResult {
  name: string;
  status: string;
  assertionResults: { fullName: string; status: string }[];
}

export const readReport = (file: string): FileResult[] =>
  (JSON.parse(readFileSync(file, 'utf8')) as { testResults: FileResult[] }).testResults;

export const countFiles = (files: readonly FileResult[]): Count => sum(files.map(countFile));

/** What failed in these files, by the names that `Count` uses. */
export const failedFiles = (files: readonly FileResult[]): FileResult[] =>
  files.filter(file => countFile(file).failed > 0);

/**
 * The results after some files ran once more, and the names of what failed the first time and no more. A file that ran again
 * counts by its second run alone.
 */
export function secondRun(
  first: readonly FileResult[],
  second: readonly FileResult[],
): { files: FileResult[]; onlyOnce: string[] } {
  const again = new Map(second.map(file => [file.name, file]));
  const onlyOnce = first.flatMap(file => {
    const repeated = again.get(file.name);
    if (!repeated) return [];
    const still = new Set(countFile(repeated).failures);
    return countFile(file).failures.filter(name => !still.has(name));
  });
  return { files: first.map(file => again.get(file.name) ?? file), onlyOnce };
}

/** A file that failed without a failed test (it was not loaded, or its set-up failed) counts as one. */
function countFile({ name, status, assertionResults }: FileResult): Count {
  const failures = assertionResults
    .filter(result => result.status === 'failed')
    .map(({ fullName }) => `${fullName} (${basename(name)})`);
  const passed = assertionResults.filter(result => result.status === 'passed').length;
  const skipped = assertionResults.length - passed - failures.length;
  if (status === 'failed' && failures.length === 0) failures.push(`${basename(name)} could not be loaded or set up`);
  return { passed, failed: failures.length, skipped, failures };
}
