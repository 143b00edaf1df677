import type { IncomingMessage, RequestOptions } from 'node:http';
import { isIP, type LookupFunction } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Clock } from '../../host/clock.ts';
import { refusalOf } from './address.ts';
import { literalAddress } from './target.ts';

export interface Outgoing {
  url: URL;
  headers: Readonly<Record<string, string>>;
  body: string;
  allowPrivate: boolean;
}

/** What became of one attempt. `offline`: this machine has no network, which says nothing about the receiver. */
export interface Outcome {
  kind: 'delivered' | 'failed' | 'offline' | 'gone';
  status: number | null;
  /** One sentence without the address; empty when delivered. */
  problem: string;
  /** How long the receiver asked to be left alone; null when it did not. */
  retryAfterMs: number | null;
}

export interface Network {
  /** All addresses of a name. */
  resolve: (hostname: string) => Promise<readonly string[]>;
  refusalOf: (address: string, allowPrivate: boolean) => string | null;
  isOffline: () => boolean;
}

/** Modules that most engines never need are loaded with the first delivery. */
export const systemNetwork: Network = {
  resolve: async hostname => {
    const { lookup } = process.getBuiltinModule('node:dns/promises');
    return (await lookup(hostname, { all: true, verbatim: true })).map(({ address }) => address);
  },
  refusalOf,
  isOffline: () => Object.values(networkInterfaces()).every(all => !all || all.every(({ internal }) => internal)),
};

const timeoutMs = 10_000;
const mostAnswerBytes = 64 * 1024;
const mostRetryAfterMs = 3_600_000;

/**
 * Posts once. The name is resolved once, every address is checked, and the connection goes to the checked ones alone; no
 * redirect is followed, no proxy asked, no answer kept. Never throws; settles within ten seconds, or when aborted.
 */
export async function post(out: Outgoing, clock: Clock, network: Network, stop: AbortSignal): Promise<Outcome> {
  const control = new AbortController();
  const end = () => control.abort();
  stop.addEventListener('abort', end, { once: true });
  if (stop.aborted) end();
  const cancel = clock.after(timeoutMs, end);
  try {
    const addresses = await beforeAbort(addressesOf(out.url, network), control.signal);
    const refusals = addresses.map(address => network.refusalOf(address, out.allowPrivate));
    const at = refusals.findIndex(refusal => refusal !== null);
    if (at >= 0) return failure(`Its name leads to ${addresses[at]}, which ${refusals[at]}: nothing was sent.`);
    if (addresses.length === 0) return failure('Its name leads nowhere.');
    return outcomeOf(await exchange(out, addresses, control.signal));
  } catch (error) {
    if (control.signal.aborted) return failure('There was no answer within 10 seconds.');
    return ofError(error, network);
  } finally {
    cancel();
    stop.removeEventListener('abort', end);
  }
}

async function addressesOf(url: URL, network: Network): Promise<readonly string[]> {
  const literal = literalAddress(url);
  return literal === null ? network.resolve(url.hostname) : [literal];
}

function exchange(out: Outgoing, addresses: readonly string[], signal: AbortSignal): Promise<IncomingMessage> {
  const { url, headers, body } = out;
  const { request, Agent } = process.getBuiltinModule(url.protocol === 'https:' ? 'node:https' : 'node:http');
  const options: RequestOptions = {
    method: 'POST',
    headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    agent: new Agent({ keepAlive: false }), // of its own: the one that all share may be told of a proxy
    lookup: pinnedTo(addresses),
    signal,
  };
  return new Promise((resolve, reject) => {
    const sent = request(url, options, answer => {
      let bytes = 0;
      answer.on('data', (part: Buffer) => {
        bytes += part.length;
        if (bytes > mostAnswerBytes) sent.destroy();
      });
      answer.on('error', () => {}); // its status is known: how it goes on does not matter
      answer.on('close', () => resolve(answer));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Stands in for a second look at the name, which could lead elsewhere by now. */
function pinnedTo(addresses: readonly string[]): LookupFunction {
  const all = addresses.map(address => ({ address, family: isIP(address) }));
  return (_hostname, { all: wantsAll }, callback) =>
    wantsAll ? callback(null, all) : callback(null, all[0]!.address, all[0]!.family);
}

function outcomeOf({ statusCode = 0, headers }: IncomingMessage): Outcome {
  if (statusCode >= 200 && statusCode < 300)
    return { kind: 'delivered', status: statusCode, problem: '', retryAfterMs: null };
  const seconds = Number(headers['retry-after']);
  const retryAfterMs = seconds > 0 ? Math.min(seconds * 1000, mostRetryAfterMs) : null;
  const problem =
    statusCode >= 300 && statusCode < 400
      ? `The receiver answered ${statusCode}: redirects are not followed.`
      : `The receiver answered ${statusCode}.`;
  return { kind: statusCode === 410 ? 'gone' : 'failed', status: statusCode, problem, retryAfterMs };
}

function ofError(error: unknown, network: Network): Outcome {
  const given = (error as { code?: unknown } | null)?.code;
  const code = typeof given === 'string' ? given : 'unknown error';
  const offline = /^(EAI_AGAIN|ENETUNREACH|ENETDOWN)$/.test(code) || (code === 'ENOTFOUND' && network.isOffline());
  if (offline) return { ...failure(`This machine seems to be offline (${code}).`), kind: 'offline' };
  return failure(`The receiver could not be reached (${code}).`);
}

const failure = (problem: string): Outcome => ({ kind: 'failed', status: null, problem, retryAfterMs: null });

/** The system cannot be told to stop looking for a name. */
function beforeAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(new Error('aborted'));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
