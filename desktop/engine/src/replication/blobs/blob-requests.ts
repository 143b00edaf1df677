import { z } from 'zod';
import { BenchmateError, fromErrorShape } from '@benchmate/shared/errors/benchmate-error';
import { errorCodes, type ErrorCode } from '@benchmate/shared/errors/codes';
import type { DeviceKeys } from '@benchmate/shared/facts/keys';
import { blobPath } from '@benchmate/shared/protocol/blobs-wire';
import { requestTicket } from '../sync/access.ts';

export interface BlobServer {
  serverUrl: string;
  teamId: string;
  keys: DeviceKeys;
}

const shape = z.object({
  code: z.enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]]),
  message: z.string(),
  nextStep: z.string(),
});

/** Requests about blobs, with a ticket that is renewed when the server wants another. */
export class BlobRequests {
  readonly #server: BlobServer;
  #ticket: Promise<string> | null = null;

  constructor(server: BlobServer) {
    this.#server = server;
  }

  /** Answers with 2xx or throws what the server said; OFFLINE when it does not answer. */
  async send(blob: string, init: RequestInit): Promise<Response> {
    const { serverUrl, teamId, keys } = this.#server;
    this.#ticket ??= requestTicket(serverUrl, keys).then(({ ticket }) => ticket);
    let response: Response;
    try {
      const ticket = await this.#ticket;
      response = await fetch(`${serverUrl.replace(/\/+$/, '')}${blobPath(teamId, blob)}`, {
        ...init,
        headers: { ...(init.headers as Record<string, string>), authorization: `Bearer ${ticket}` },
        redirect: 'error',
      });
    } catch (cause) {
      this.#ticket = null;
      throw cause instanceof BenchmateError ? cause : lost(serverUrl, cause);
    }
    if (response.ok) return response;
    if (response.status === 401) this.#ticket = null;
    const said = shape.safeParse(await response.json().catch(() => null));
    // A ticket that ran out, and a server that is starting, stopping or failing, are worth another try.
    if (!said.success || response.status === 401 || response.status === 500 || response.status === 503)
      throw lost(serverUrl, `HTTP status ${response.status}`);
    throw fromErrorShape(said.data);
  }
}

const lost = (serverUrl: string, cause: unknown) =>
  new BenchmateError(
    'OFFLINE',
    `The connection to the sync server ${serverUrl} was lost.`,
    'Begin again when it answers: what has arrived stays, and it goes on from there.',
    { cause },
  );
