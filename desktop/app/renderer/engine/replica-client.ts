import { BenchmateError, fromErrorShape } from '@benchmate/shared/errors/benchmate-error';
import type { BrowserReplica, ReplicaModule } from '@benchmate/shared/protocol/browser-replica';
import type { Observer } from '@benchmate/shared/protocol/contract';
import type { EngineClient } from '@benchmate/shared/protocol/engine';
import { addressOf, isOnSyncServer } from '../shell/base.ts';

/** The replica of the team in this page, where a sync server served it. */
export const replica: Promise<BrowserReplica> | null = isOnSyncServer ? open() : null;

let opened: BrowserReplica | null = null;
replica?.then(
  ready => (opened = ready),
  () => {}, // the page says it
);

/** The same once it is there: pages are shown after that. */
export const openedReplica = (): BrowserReplica | null => opened;

async function open(): Promise<BrowserReplica> {
  // Served beside the page, and built apart from it: an engine's companion does not carry it.
  const loading = import(/* @vite-ignore */ addressOf('/replica.js')) as Promise<ReplicaModule>;
  const { openReplica } = await loading.catch((cause: unknown) => {
    throw new BenchmateError('OFFLINE', 'The sync server does not answer.', 'Try again when it does.', { cause });
  });
  const answer = await openReplica({ serverUrl: location.origin });
  if ('error' in answer) throw fromErrorShape(answer.error);
  return answer;
}

/** An engine's calls, answered by the replica in this page. */
export function createReplicaClient(opening: Promise<BrowserReplica>): EngineClient {
  const call = async (path: string, input: unknown): Promise<unknown> => {
    const answer = await (await opening).call(path, input);
    if ('error' in answer) throw fromErrorShape(answer.error);
    return answer.value;
  };
  const subscribe = (path: string, input: unknown, observer: Observer<unknown>) => {
    let following: { unsubscribe: () => void } | null = null;
    let isOver = false;
    void opening.then(opened => {
      if (isOver) return;
      following = opened.subscribe(path, input, {
        next: data => observer.next(data),
        connected: () => observer.connected?.(),
        missed: () => observer.missed?.(),
        error: shape => observer.error?.(fromErrorShape(shape)),
      });
    });
    return {
      unsubscribe: () => {
        isOver = true;
        following?.unsubscribe();
      },
    };
  };
  const named = (make: (name: string) => unknown) =>
    new Proxy({}, { get: (_target, name) => (typeof name === 'string' && name !== 'then' ? make(name) : undefined) });
  return named(feature =>
    named(name => {
      const path = `${feature}.${name}`;
      return {
        query: (input: unknown) => call(path, input),
        mutate: (input: unknown) => call(path, input),
        subscribe: (input: unknown, observer: Observer<unknown>) => subscribe(path, input, observer),
      };
    }),
  ) as EngineClient;
}
