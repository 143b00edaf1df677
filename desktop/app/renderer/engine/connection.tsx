import { useSyncExternalStore } from 'react';
import { createEngineClient } from '@benchmate/shared/protocol/client';
import type { EngineClient } from '@benchmate/shared/protocol/engine';
import { toBenchmateError } from '@benchmate/shared/protocol/client-errors';
import { createReplicaClient, replica } from './replica-client.ts';

/** The engine that served this page, to which the session cookie goes by itself; without one, the replica in this page. */
export const engine: EngineClient = replica
  ? createReplicaClient(replica)
  : createEngineClient({ url: location.origin });

export type Link = 'connected' | 'lost' | 'no-session';

let link: Link = 'connected';
const listeners = new Set<() => void>();

export function setLink(next: Link): void {
  // A page that is not let in loses its socket, too: only being let in ends that.
  if (next === link || (link === 'no-session' && next === 'lost')) return;
  link = next;
  listeners.forEach(listener => listener());
}

/** Whether the engine answers, and whether it lets this page in. */
export function useLink(): Link {
  return useSyncExternalStore(
    listener => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    () => link,
  );
}

/** Notes what a failure says about the connection, and gives it back as one of ours. */
export function noticed(error: unknown) {
  const own = toBenchmateError(error);
  if (own.code === 'UNAUTHENTICATED') setLink('no-session');
  if (own.code === 'ENGINE_UNAVAILABLE') setLink('lost');
  return own;
}
