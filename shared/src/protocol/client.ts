import { createTRPCUntypedClient, createWSClient, httpLink, splitLink, wsLink } from '@trpc/client';
import { BenchmateError } from '../errors/benchmate-error.ts';
import { toBenchmateError } from './client-errors.ts';
import type { Observer } from './contract.ts';
import type { EngineClient } from './engine.ts';

type Fetch = NonNullable<Parameters<typeof httpLink>[0]['fetch']>;
type WebSocketClass = NonNullable<Parameters<typeof createWSClient>[0]['WebSocket']>;

/** Where an engine is, and what opens it; in the companion a cookie does, and there is no token. */
export interface EngineAddress {
  /** `http://127.0.0.1:<port>` */
  url: string;
  token?: string;
}

export interface EngineClientOptions {
  /** Called before each call and each reconnect: an engine that was restarted may be somewhere else. */
  locate: () => EngineAddress | Promise<EngineAddress>;
  /** Default: the host's own. */
  fetch?: Fetch;
  WebSocket?: WebSocketClass;
  /** A call without an answer is given up after this. Default 30 s. */
  timeoutMs?: number;
}

/** `close` ends the connection and every call that is under way. */
export type ClosableEngineClient = EngineClient & { close: () => void };

/**
 * A client of one engine, typed by its contract. Calls go over HTTP, subscriptions over one WebSocket that is opened with
 * the first and reconnects by itself. Every call settles: with its answer, or with a `BenchmateError` (ENGINE_UNAVAILABLE
 * when nobody answers, TIMEOUT, CANCELLED).
 */
export function createEngineClient(
  options: EngineClientOptions | (EngineAddress & Omit<EngineClientOptions, 'locate'>),
): ClosableEngineClient {
  const locate = 'locate' in options ? options.locate : () => options;
  const timeoutMs = options.timeoutMs ?? 30_000;
  const calls = new Set<AbortController>();
  const send = options.fetch ?? (globalThis as unknown as { fetch: Fetch }).fetch;
  const anonymous = !('locate' in options) && options.token === undefined;

  const socket = createWSClient({
    url: async () => `${(await locate()).url.replace(/^http/, 'ws')}/rpc`,
    // Without a token the cookie stands in the upgrade request, and no first message is promised.
    ...(anonymous ? {} : { connectionParams: async () => tokenParams(await locate()) }),
    ...(options.WebSocket ? { WebSocket: options.WebSocket } : {}),
    lazy: { enabled: true, closeMs: 2000 },
    keepAlive: { enabled: true, intervalMs: 30_000, pongTimeoutMs: 10_000 },
    retryDelayMs: attempt => Math.min(100 * 2 ** attempt, 5000),
  });
  const located: Fetch = async (path, init) => {
    const { url, token } = await locate();
    const headers = {
      ...(init?.headers as Record<string, string>),
      ...(token && { authorization: `Bearer ${token}` }),
    };
    return send(`${url}${String(path).slice(placeholder.length)}`, { ...init, headers });
  };
  const rpc = createTRPCUntypedClient({
    links: [
      splitLink({
        condition: ({ type }) => type === 'subscription',
        true: wsLink({ client: socket }),
        false: httpLink({ url: `${placeholder}/rpc`, fetch: located }),
      }),
    ],
  });

  /** One HTTP call with a limit of time, ended by the caller, the clock or `close`. */
  async function call(
    kind: 'query' | 'mutation',
    path: string,
    input: unknown,
    signal?: AbortSignal,
  ): Promise<unknown> {
    const control = new AbortController();
    let reason: 'TIMEOUT' | 'CANCELLED' = 'CANCELLED';
    const abort = () => control.abort();
    const timer = setTimeout(() => {
      reason = 'TIMEOUT';
      abort();
    }, timeoutMs);
    calls.add(control);
    signal?.addEventListener('abort', abort, { once: true });
    try {
      if (signal?.aborted) abort();
      return await rpc[kind](path, input, { signal: control.signal });
    } catch (error) {
      throw control.signal.aborted ? endedError(reason, path) : toBenchmateError(error);
    } finally {
      clearTimeout(timer);
      calls.delete(control);
      signal?.removeEventListener('abort', abort);
    }
  }

  function subscribe(path: string, input: unknown, observer: Observer<unknown>): { unsubscribe: () => void } {
    let started = false;
    let seen = false;
    let connected = false;
    return rpc.subscription(path, input, {
      onStarted: () => {
        if (started && !seen) observer.missed?.(); // nothing was announced that the engine could resume from
        started = true;
        connected = true;
        observer.connected?.();
      },
      onData: frame => {
        seen = true;
        const { data } = frame as { data: { data: unknown } | { missed: true } };
        if ('missed' in data) observer.missed?.();
        else observer.next(data.data);
      },
      onConnectionStateChange: ({ state, error }) => {
        if (state !== 'connecting' || (!error && !connected)) return;
        connected = false;
        observer.disconnected?.();
      },
      onError: error => observer.error?.(toBenchmateError(error)),
    });
  }

  const feature = (name: string) =>
    lazily(procedure => {
      const path = `${name}.${procedure}`;
      return {
        query: (input: unknown, extra?: { signal?: AbortSignal }) => call('query', path, input, extra?.signal),
        mutate: (input: unknown, extra?: { signal?: AbortSignal }) => call('mutation', path, input, extra?.signal),
        subscribe: (input: unknown, observer: Observer<unknown>) => subscribe(path, input, observer),
      };
    });
  const close = () => {
    for (const control of calls) control.abort();
    socket.close().catch(() => {}); // it was closed already, or never opened
  };
  return lazily(name => (name === 'close' ? close : feature(name))) as unknown as ClosableEngineClient;
}

/** tRPC wants an address at once; ours is known with each call. */
const placeholder = 'http://engine';

const tokenParams = ({ token }: EngineAddress): Record<string, string> => (token === undefined ? {} : { token });

/** An object whose members are made when asked for; it is no promise, whoever asks. */
function lazily(make: (name: string) => unknown): Record<string, unknown> {
  const made = new Map<string, unknown>();
  return new Proxy<Record<string, unknown>>(Object.create(null) as Record<string, unknown>, {
    get: (_target, name) => {
      if (typeof name !== 'string' || name === 'then') return undefined;
      if (!made.has(name)) made.set(name, make(name));
      return made.get(name);
    },
  });
}

function endedError(reason: 'TIMEOUT' | 'CANCELLED', path: string): BenchmateError {
  return reason === 'TIMEOUT'
    ? new BenchmateError(
        'TIMEOUT',
        `The engine did not answer ${path} in time.`,
        'Try again; see `benchmate engine status`.',
      )
    : new BenchmateError('CANCELLED', `The call ${path} was cancelled.`);
}
