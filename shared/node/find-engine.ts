import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Endpoint } from '../src/protocol/endpoint.ts';

export const endpointFileOf = (dataDir: string): string => join(dataDir, 'endpoint.json');

/** What an engine published about itself; null when there is no file, or half of one. It may be gone nevertheless. */
export async function readEndpoint(dataDir: string): Promise<Endpoint | null> {
  try {
    const endpoint = JSON.parse(await readFile(endpointFileOf(dataDir), 'utf8')) as Partial<Endpoint>;
    const whole = typeof endpoint.token === 'string' && Number.isInteger(endpoint.pid) && isLoopback(endpoint.url);
    return whole ? (endpoint as Endpoint) : null;
  } catch {
    return null;
  }
}

/** The engine that works on a data directory, if there is one and it answers. */
export async function findEngine(dataDir: string): Promise<Endpoint | null> {
  const endpoint = await readEndpoint(dataDir);
  return endpoint && isAlive(endpoint.pid) && (await isHealthy(endpoint.url)) ? endpoint : null;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

export async function isHealthy(url: string, timeoutMs = 3000): Promise<boolean> {
  try {
    const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(timeoutMs) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

/** The token must never go elsewhere, whatever the file says. */
function isLoopback(url: unknown): boolean {
  return typeof url === 'string' && /^http:\/\/(127\.0\.0\.1|localhost|\[::1\]):\d+$/.test(url);
}
