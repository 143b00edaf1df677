import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';

/**
 * A backup is one tar file, so that it can be opened without Benchmate. In it:
 *
 * - `backup.json`: this description
 * - `benchmate.db`: the SQLite database at the moment that the backup began
 * - `artifacts/…`, `jobs/…`: files as they were, below their names in the data directory
 * - `device.json`: the private key of the device, unless it was left out
 * - `SHA256SUMS`: the hash of every other file, in the form that `sha256sum --check` reads
 */
export const backupManifest = z.object({
  format: z.literal('benchmate-backup'),
  v: z.literal(1),
  /** ISO 8601, UTC. */
  createdAt: z.string(),
  engineVersion: z.string(),
  schemaVersion: z.number().int(),
  holdsKey: z.boolean(),
});
export type BackupManifest = z.infer<typeof backupManifest>;

export const names = {
  manifest: 'backup.json',
  sums: 'SHA256SUMS',
  database: 'benchmate.db',
  artifacts: 'artifacts',
  jobs: 'jobs',
  device: 'device.json',
} as const;

export async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

/** A line of `SHA256SUMS`: as sha256sum does, names with a backslash or a line break are escaped and marked. */
export function sumLine(path: string, sum: string): string {
  const escaped = path.replace(/[\\\n\r]/g, character =>
    character === '\\' ? '\\\\' : character === '\n' ? '\\n' : '\\r',
  );
  return `${escaped === path ? '' : '\\'}${sum}  ${escaped}\n`;
}

/** Sums by path. */
export function parseSums(text: string): Map<string, string> {
  const sums = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, mark, sum, path] = /^(\\?)([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? [];
    if (!sum || !path) continue;
    const plain = mark
      ? path.replace(/\\([\\nr])/g, (_, c: string) => (c === 'n' ? '\n' : c === 'r' ? '\r' : '\\'))
      : path;
    sums.set(plain, sum);
  }
  return sums;
}
