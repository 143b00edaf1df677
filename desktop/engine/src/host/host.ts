import type { Store } from '../storage/database.ts';
import type { Clock, Random } from './clock.ts';
import type { DeviceIdentity } from './identity.ts';
import type { Lifetime } from './lifetime.ts';
import type { Log } from './log.ts';
import type { Resources } from './resources.ts';
import type { TokenVerifier } from './security.ts';
import type { Sockets } from './sockets.ts';

/** What the process offers to the features; `compose` hands each one what it uses. */
export interface Host {
  dataDir: string;
  /** Who this device is, where a keychain said so; null where that is still to be read from a file. */
  identity: DeviceIdentity | null;
  store: Store;
  clock: Clock;
  random: Random;
  log: Log;
  resources: Resources;
  lifetime: Lifetime;
  /** `http://127.0.0.1:<port>`, listening already. */
  url: string;
  port: number;
  token: string;
  startedAt: number;
  /** The engine before was killed, or the machine lost power: the database had to be recovered. */
  uncleanEnd: boolean;
  /** New with each start; the `epoch` of every Announcer. */
  epoch: string;
  /** Further kinds of tokens: a feature pushes its verifier here. */
  verifiers: TokenVerifier[];
  sockets: Sockets;
  /** Ends something at the end, in reverse order; all together have two seconds. */
  onStop: (stop: () => void | Promise<void>) => void;
  /** Ends the engine once the present answers are out. */
  stopSoon: () => void;
}
