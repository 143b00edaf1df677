import type { ErrorShape } from '../errors/benchmate-error.ts';

/** An answer as it passes between two bundles of code: each has its own classes. */
export type ReplicaAnswer = { value: unknown } | { error: ErrorShape };

/** `stranger`: this browser belongs to no team yet. `elsewhere`: another page of this browser goes on in its place. */
export type ReplicaState = 'stranger' | 'member' | 'elsewhere';

export interface ReplicaObserver {
  next: (data: unknown) => void;
  connected: () => void;
  missed: () => void;
  error: (error: ErrorShape) => void;
}

/**
 * What the companion talks to where no engine is: a replica of the team in the browser, with an engine's calls. Those of features that
 * need a machine answer NOT_SUPPORTED.
 */
export interface BrowserReplica {
  state: () => ReplicaState;
  onState: (listener: (state: ReplicaState) => void) => () => void;
  /** Becomes a device of the team of an invite on the server that the page came from. */
  join: (link: string, name: string) => Promise<ReplicaAnswer>;
  /** `path`: feature and procedure, as `notes.list`. */
  call: (path: string, input: unknown) => Promise<ReplicaAnswer>;
  subscribe: (path: string, input: unknown, observer: ReplicaObserver) => { unsubscribe: () => void };
  /** The parts of a WebSocket that y-websocket's provider uses; the last part of its address names the document. */
  readonly DocumentSocket: new (url: string) => object;
}

/** The module `replica.js`, which the sync server serves beside the companion. */
export interface ReplicaModule {
  /** An error where this browser cannot hold one. */
  openReplica: (options: { serverUrl: string }) => Promise<BrowserReplica | { error: ErrorShape }>;
}
