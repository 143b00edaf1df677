import type { StoreResult } from '@benchmate/shared/domain/store-task';
import { formatBytes } from '@benchmate/shared/diff/quantity-format';

/** What `engine restore` says. */
export interface Restored {
  createdAt: string;
  engineVersion: string;
  holdsKey: boolean;
  artifacts: number;
  keptIn: string | null;
}

export function resultLines(result: StoreResult): string[] {
  switch (result.kind) {
    case 'check':
      return [
        ...result.findings.flatMap(({ severity, what, nextStep }) => [
          `${severity === 'error' ? '✗' : '!'} ${what}`,
          `  → ${nextStep}`,
        ]),
        `${result.ok ? 'Nothing is damaged' : 'Something is damaged'}: ${result.runs} runs, ${result.facts} facts, ${result.documents} documents and ${result.artifacts} artifacts were looked at.`,
      ];
    case 'compact':
      return [`The database took ${formatBytes(result.beforeBytes)} and takes ${formatBytes(result.afterBytes)} now.`];
    case 'backup':
      return [
        `${result.file} holds the database and ${result.artifacts} artifacts (${formatBytes(result.sizeBytes)}).`,
        result.holdsKey
          ? 'It holds the private key of this device, too: whoever has the file can sign in its name. It is readable by you alone; keep it so.'
          : 'The private key of this device is not in it: who restores it is another device and has to be invited.',
      ];
    case 'clean': {
      const { runs, experiments, loggedModels, jobOutputs, artifactBytes, jobOutputBytes, keptForVersions } = result;
      const what = `${runs} runs, ${experiments} experiments, ${loggedModels} logged models and the output of ${jobOutputs} jobs (${formatBytes(artifactBytes + jobOutputBytes)} of files)`;
      return [
        result.removed ? `Removed for good: ${what}.` : `Could be removed for good: ${what}. Add --remove to do it.`,
        ...(keptForVersions > 0
          ? [`${keptForVersions} deleted runs stay: registered versions were made from them.`]
          : []),
      ];
    }
  }
}

export function restoredLines({ createdAt, artifacts, holdsKey, keptIn }: Restored, dataDir: string): string[] {
  return [
    `${dataDir} holds what was there at ${createdAt}: the database and ${artifacts} artifacts.`,
    ...(keptIn ? [`What it held before lies in ${keptIn}.`] : []),
    holdsKey
      ? 'It is the same device as before: do not go on working on a second copy of it, two histories under one key are refused by teammates.'
      : 'It has no key: at its first start it becomes a new device, which has to be invited.',
  ];
}
