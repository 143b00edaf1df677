import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Endpoint } from '@benchmate/shared/protocol/endpoint';
import { writePrivateFile } from './access.ts';

export const endpointFileOf = (dataDir: string): string => join(dataDir, 'endpoint.json');

/** Publishes how this engine is reached. The returned function takes it back, unless another engine wrote its own since. */
export function publishEndpoint(dataDir: string, endpoint: Endpoint): () => void {
  const file = endpointFileOf(dataDir);
  writePrivateFile(file, `${JSON.stringify(endpoint, null, 2)}\n`);
  return () => {
    if (readEndpoint(dataDir)?.pid === endpoint.pid) rmSync(file, { force: true });
  };
}

/** What the file says, unchecked; null when it is absent or half-written. */
export function readEndpoint(dataDir: string): Partial<Endpoint> | null {
  try {
    return JSON.parse(readFileSync(endpointFileOf(dataDir), 'utf8')) as Partial<Endpoint>;
  } catch {
    return null;
  }
}
