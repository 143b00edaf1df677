import { z } from 'zod';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import {
  challengeResponse,
  recoveryResponse,
  sessionResponse,
  type sessionRequest,
} from '@benchmate/shared/protocol/feeds-wire';
import { signText, type DeviceKeys } from '@benchmate/shared/facts/keys';

/** What lets a device in that is no member yet. */
export type Credentials = Pick<z.infer<typeof sessionRequest>, 'invite' | 'recovery'>;

const requestTimeoutMs = 10_000;

/**
 * Gets a ticket for this device from a sync server (shared/src/protocol/feeds-wire.ts). Throws OFFLINE when the server
 * does not answer and FORBIDDEN when it does not let this device in.
 */
export async function requestTicket(
  serverUrl: string,
  keys: DeviceKeys,
  credentials: Credentials = {},
): Promise<z.infer<typeof sessionResponse>> {
  const { nonce } = challengeResponse.parse(await post(serverUrl, '~access/challenge', { device: keys.device }));
  const request: z.infer<typeof sessionRequest> = {
    device: keys.device,
    nonce,
    signature: signText(`benchmate-sync:${nonce}`, keys),
    ...credentials,
  };
  return sessionResponse.parse(await post(serverUrl, '~access/session', request));
}

/** The teams on a server that a recovery key can belong to. */
export async function teamsOfRecoveryKey(serverUrl: string, hint: string): Promise<string[]> {
  return recoveryResponse.parse(await post(serverUrl, '~access/recovery', { hint })).teams;
}

/** `http(s)://…` as the same address for WebSockets. */
export const socketUrl = (serverUrl: string): string => serverUrl.replace(/^http/, 'ws').replace(/\/+$/, '');

async function post(serverUrl: string, path: string, body: unknown): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(`${serverUrl.replace(/\/+$/, '')}/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(requestTimeoutMs),
      redirect: 'error',
    });
  } catch (cause) {
    throw offline(serverUrl, { cause });
  }
  if (response.status === 401 || response.status === 403)
    throw new BenchmateError(
      'FORBIDDEN',
      `The sync server ${serverUrl} does not let this device in: ${await reason(response)}`,
      'Ask a maintainer of the team for a new invite.',
    );
  if (!response.ok) throw offline(serverUrl, { cause: `HTTP status ${response.status}` });
  try {
    return await response.json();
  } catch (cause) {
    throw offline(serverUrl, { cause });
  }
}

function offline(serverUrl: string, options: { cause: unknown }): BenchmateError {
  return new BenchmateError(
    'OFFLINE',
    `The sync server ${serverUrl} does not answer.`,
    'Work goes on here and is shared as soon as it answers.',
    options,
  );
}

async function reason(response: Response): Promise<string> {
  const text = await response.text().catch(() => '');
  const parsed = z.object({ message: z.string() }).safeParse(parseJson(text));
  return parsed.success ? parsed.data.message : `HTTP status ${response.status}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
