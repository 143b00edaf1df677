import { BenchmateError, toErrorShape } from '@benchmate/shared/errors/benchmate-error';
import type { BrowserReplica, ReplicaModule, ReplicaState } from '@benchmate/shared/protocol/browser-replica';
import { joinTeam } from '../features/team/join.ts';
import type { DeviceIdentity } from '../host/identity.ts';
import { FeedReplica } from '../replication/feeds/replica.ts';
import { browserClock as clock, browserRandom as random } from './clock.ts';
import { composeReplica } from './compose.ts';
import { deviceKeyIn, needSecureContext } from './device-key.ts';
import { BrowserFeeds } from './feed-store.ts';
import { inviteOf } from './invite-of.ts';
import { nameOfBrowser } from './name-of-browser.ts';
import { becomeWriter } from './one-writer.ts';
import { BrowserTeam } from './settings.ts';
import { BrowserStore } from './store.ts';

/**
 * A replica of a team in a browser, with the engine's own services over the browser's storage. One page at a time has it: the one that
 * was opened last.
 */
export const openReplica: ReplicaModule['openReplica'] = async ({ serverUrl }) => {
  try {
    return await open(serverUrl);
  } catch (error) {
    return { error: toErrorShape(error) };
  }
};

async function open(serverUrl: string): Promise<BrowserReplica> {
  needSecureContext();
  const { lost } = await becomeWriter();
  const store = await BrowserStore.open('benchmate');
  const keys = await deviceKeyIn(store);
  const identity: DeviceIdentity = { keys, deviceName: nameOfBrowser(), keptIn: 'keychain', keepIn: stays };
  const feeds = new BrowserFeeds(store);
  const settings = new BrowserTeam(store);
  const parts = { store, feeds, keys, clock, random, identity, settings };
  const listeners = new Set<(state: ReplicaState) => void>();
  let state: ReplicaState = 'stranger';
  let composed: ReturnType<typeof composeReplica> | null = null;
  const tell = (next: ReplicaState) => {
    state = next;
    for (const listener of listeners) listener(next);
  };
  const begin = (replica: FeedReplica) => {
    composed = composeReplica({ ...parts, replica, serverUrl });
    tell('member');
  };
  const { teamId } = settings.read();
  if (teamId !== null) begin(await FeedReplica.open(teamId, parts));
  void lost.then(() => {
    store.end(elsewhere());
    composed?.stop();
    tell('elsewhere');
  });
  return {
    state: () => state,
    onState: listener => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    join: async (link, name) => {
      try {
        const { replica } = await joinTeam({ ...parts, current: null }, inviteOf(serverUrl, link), name);
        await settings.write({ teamId: replica.teamId, serverUrl, paused: false });
        void navigator.storage.persist().catch(() => {}); // else a browser that is short of space may clear it
        begin(replica);
        return { value: null };
      } catch (error) {
        return { error: toErrorShape(error) };
      }
    },
    call: (path, input) =>
      composed ? composed.calls.call(path, input) : Promise.resolve({ error: toErrorShape(stranger()) }),
    subscribe: (path, input, observer) => {
      if (composed) return composed.calls.subscribe(path, input, observer);
      observer.error(toErrorShape(stranger()));
      return { unsubscribe: () => {} };
    },
    get DocumentSocket() {
      if (!composed) throw stranger();
      return composed.DocumentSocket;
    },
  };
}

const stranger = () =>
  new BenchmateError('UNAUTHENTICATED', 'This browser belongs to no team yet.', 'Open the link of an invite.');
const elsewhere = () =>
  new BenchmateError(
    'CONFLICT',
    'Benchmate was opened in another tab of this browser.',
    'Go on there, or reload this one.',
  );
const stays = (): Promise<never> =>
  Promise.reject(new BenchmateError('NOT_SUPPORTED', 'The key of a browser cannot leave it.'));
