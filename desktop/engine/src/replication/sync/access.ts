import { z } from 'zod';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import {
  challengeResponse,
  recoveryResponse,
  sessionResponse,
  type sessionRequest,
  type signOutRequest,
} from '@benchmate/shared/protocol/feeds-wire';
import { signTextLater, type DeviceKeys } from '@benchmate/shared/facts/keys';
import { askServer, noAnswer } from './ask-server.ts';

/** What lets a device in that is no member yet. */
export type Credentials = Pick<z.infer<typeof sessionRequest>, 'invite' | 'recovery'>;

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
    signature: await signTextLater(`benchmate-sync:${nonce}`, keys),
    ...credentials,
  };
  return sessionResponse.parse(await post(serverUrl, '~access/session', request));
}

/** The teams on a server that a recovery key can belong to. */
export async function teamsOfRecoveryKey(serverUrl: string, hint: string): Promise<string[]> {
  return recoveryResponse.parse(await post(serverUrl, '~access/recovery', { hint })).teams;
}

/** Ends the sign-in for this device. Throws NOT_SUPPORTED where there is nothing to sign in to. */
export async function signOutAt(serverUrl: string, keys: DeviceKeys): Promise<void> {
  const { ticket } = await requestTicket(serverUrl, keys);
  const { status } = await askServer(serverUrl, '~sign-in/out', { ticket } satisfies z.infer<typeof signOutRequest>);
  if (status === 404)
    throw new BenchmateError('NOT_SUPPORTED', `Nobody signs in at ${serverUrl}: the device’s key is enough there.`);
  if (status !== 200) throw noAnswer(serverUrl, { cause: `HTTP status ${status}` });
}

/** `http(s)://…` as the same address for WebSockets. */
export const socketUrl = (serverUrl: string): string => serverUrl.replace(/^http/, 'ws').replace(/\/+$/, '');

async function post(serverUrl: string, path: string, body: unknown): Promise<unknown> {
  const { status, text } = await askServer(serverUrl, path, body);
  if (status === 401 || status === 403)
    throw new BenchmateError(
      'FORBIDDEN',
      `The sync server ${serverUrl} does not let this device in: ${reason(status, text)}`,
      // 401: of whom the server does not know who they are, there is a way to show it.
      status === 401 ? 'Then try again.' : 'Ask a maintainer of the team for a new invite.',
    );
  const answer = status >= 200 && status < 300 ? parseJson(text) : null;
  if (answer === null) throw noAnswer(serverUrl, { cause: `HTTP status ${status}` });
  return answer;
}

function reason(status: number, text: string): string {
  const parsed = z.object({ message: z.string() }).safeParse(parseJson(text));
  return parsed.success ? parsed.data.message : `HTTP status ${status}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
