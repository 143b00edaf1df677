import { BenchmateError } from '../src/errors/benchmate-error.ts';
import { createEngineClient, type ClosableEngineClient } from '../src/protocol/client.ts';
import { readEndpoint } from './find-engine.ts';

/** A client of whichever engine works on a data directory: it follows a restart to its new address. Starts none. */
export function connectEngine(dataDir: string, options: { timeoutMs?: number } = {}): ClosableEngineClient {
  return createEngineClient({
    ...options,
    locate: async () => {
      const endpoint = await readEndpoint(dataDir);
      if (endpoint) return endpoint;
      throw new BenchmateError(
        'ENGINE_UNAVAILABLE',
        'Benchmate’s engine is not running.',
        'Start it with `benchmate engine start`.',
      );
    },
  });
}
