import { z } from 'zod';
import { BenchmateError, fromErrorShape, type ErrorShape } from '@benchmate/shared/errors/benchmate-error';
import { notRunning, readAdmin } from './admin-file.ts';

const shape = z.custom<ErrorShape>(
  value => z.object({ code: z.string(), message: z.string(), nextStep: z.string() }).safeParse(value).success,
);

/** Asks the server that runs on a data directory. Throws OFFLINE, and what the server answers. */
export async function askAdmin(
  dataDir: string,
  method: 'GET' | 'POST',
  path: string,
  body?: object,
): Promise<Response> {
  const access = readAdmin(dataDir);
  if (!access) throw notRunning(dataDir);
  const response = await fetch(new URL(path, access.url), {
    method,
    headers: { authorization: `Bearer ${access.token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  }).catch((error: unknown) => {
    throw new BenchmateError('OFFLINE', `The sync server of ${dataDir} does not answer.`, 'Start it.', {
      cause: error,
    });
  });
  if (response.ok) return response;
  const refusal = shape.safeParse(await response.json().catch(() => null));
  throw refusal.success ? fromErrorShape(refusal.data) : new BenchmateError('INTERNAL', 'The answer is not readable.');
}
