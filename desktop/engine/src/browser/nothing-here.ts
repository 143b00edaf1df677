import type { Announcement } from '@benchmate/shared/protocol/contract';
import type { EngineContract } from '@benchmate/shared/protocol/engine';
import type { LocalHandlers } from './local-calls.ts';

/** What pages ask on their way and a browser has none of: no drafts, nobody is seen. */
export const nothingHere: LocalHandlers<EngineContract> = {
  drafts: { list: () => [], changes: silent },
  encryption: { list: () => [], changes: silent },
  presence: { state: () => ({ told: false, present: [] }), look: () => undefined, changes: silent },
  textSearch: { find: () => ({ hits: [], more: false, pending: 0 }) },
};

/** Announces nothing until nobody listens any more. */
export async function* silent(_input: unknown, signal: AbortSignal): AsyncGenerator<Announcement<never>> {
  await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true }));
  yield* [];
}
