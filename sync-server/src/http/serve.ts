import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { BenchmateError, toErrorShape } from '@benchmate/shared/errors/benchmate-error';
import { errorCodes } from '@benchmate/shared/errors/codes';
import { clientAddress } from './client-address.ts';
import type { Gate } from './gate.ts';
import { readJson } from './read-json.ts';
import { json, type Answer, type Route } from './routes.ts';

/** Routes that send and take streams; they answer by themselves, and reject before the first byte of an answer. */
export interface StreamRoutes {
  owns: (request: IncomingMessage) => boolean;
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
}

interface Serving {
  streams: readonly StreamRoutes[];
  /** Whether a proxy in front says where a request comes from. */
  trustProxy: boolean;
}

/** Answers plain HTTP requests by the route table, or as streams. */
export function serveRoutes(routes: readonly Route[], gate: () => Gate, more: Serving) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    answer(request, response, { routes, gate: gate(), ...more })
      .catch(errorAnswer)
      .then(answered => {
        if (!answered) return;
        const { status, type, body } = answered;
        response.writeHead(status, {
          'content-type': type,
          'content-length': Buffer.byteLength(body),
          'cache-control': 'no-store',
          'x-content-type-options': 'nosniff',
          ...(request.complete ? {} : { connection: 'close' }),
        });
        response.end(body);
      })
      .catch(() => response.destroy());
  };
}

export function errorAnswer(error: unknown): Answer {
  const shape =
    error instanceof z.ZodError
      ? toErrorShape(new BenchmateError('BAD_REQUEST', 'The request does not have the expected form.'))
      : toErrorShape(error);
  return json(shape, errorCodes[shape.code].http);
}

/** Null when it is answered already. */
async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { routes, gate, streams, trustProxy }: Serving & { routes: readonly Route[]; gate: Gate },
): Promise<Answer | null> {
  gate.check(request);
  const owner = streams.find(stream => stream.owns(request));
  if (owner) {
    await owner.answer(request, response);
    return null;
  }
  const path = new URL(request.url ?? '/', 'http://localhost').pathname;
  const route = routes.find(known => known.path === path && known.method === request.method);
  if (!route) throw new BenchmateError('NOT_FOUND', 'There is nothing at this address.');
  const from = clientAddress(request, trustProxy);
  return route.answer(route.method === 'POST' ? await readJson(request) : null, from);
}
