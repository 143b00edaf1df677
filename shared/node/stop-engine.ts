import { setTimeout as delay } from 'node:timers/promises';
import { BenchmateError, fromErrorShape, type ErrorShape } from '../src/errors/benchmate-error.ts';
import type { Endpoint } from '../src/protocol/endpoint.ts';
import { findEngine, isAlive, readEndpoint } from './find-engine.ts';

/**
 * Asks the engine of a data directory to end and waits until it has. False when none runs. Jobs go on. CONFLICT while
 * others are connected, unless forced.
 */
export async function stopEngine(dataDir: string, { force = false, timeoutMs = 5000 } = {}): Promise<boolean> {
  const endpoint = await findEngine(dataDir);
  if (!endpoint) return false;
  await askToStop(endpoint, force);
  const deadline = Date.now() + timeoutMs;
  // Its last act is to end: only then nobody writes to the directory any more.
  while (isAlive(endpoint.pid)) {
    const gone = (await readEndpoint(dataDir))?.pid !== endpoint.pid;
    if (Date.now() > deadline && gone) return true; // ended, and not yet buried by who started it
    if (Date.now() > deadline)
      throw new BenchmateError('TIMEOUT', `The engine (process ${endpoint.pid}) did not end.`, 'End that process.');
    await delay(30);
  }
  return true;
}

async function askToStop({ url, token }: Endpoint, force: boolean): Promise<void> {
  const response = await fetch(`${url}/rpc/system.stop`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ force }),
    signal: AbortSignal.timeout(10_000),
  });
  if (response.ok) return;
  const answer = (await response.json()) as { error?: { data?: { benchmate?: ErrorShape } } } & Partial<ErrorShape>;
  const shape = answer.error?.data?.benchmate ?? (answer as ErrorShape);
  throw fromErrorShape(shape);
}
