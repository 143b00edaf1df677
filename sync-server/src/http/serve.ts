import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { BenchmateError, toErrorShape } from '@benchmate/shared/errors/benchmate-error';
import { errorCodes } from '@benchmate/shared/errors/codes';
import type { Gate } from './gate.ts';
import { json, type Answer, type Route } from './routes.ts';

const maxBodyBytes = 16_384;

/** Answers plain HTTP requests by the route table. */
export function serveRoutes(routes: readonly Route[], gate: () => Gate) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    answer(request, routes, gate())
      .catch(errorAnswer)
      .then(({ status, type, body }) => {
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

async function answer(request: IncomingMessage, routes: readonly Route[], gate: Gate): Promise<Answer> {
  gate.check(request);
  const path = new URL(request.url ?? '/', 'http://localhost').pathname;
  const route = routes.find(known => known.path === path && known.method === request.method);
  if (!route) throw new BenchmateError('NOT_FOUND', 'There is nothing at this address.');
  return route.answer(route.method === 'POST' ? await readJson(request) : null);
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? ''))
    throw new BenchmateError('BAD_REQUEST', 'The server takes JSON.', 'Send `Content-Type: application/json`.');
  const tooLarge = () => new BenchmateError('TOO_LARGE', `A body may have ${maxBodyBytes} bytes.`);
  if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyBytes) throw tooLarge();
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new BenchmateError('BAD_REQUEST', 'The body is not JSON.');
  }
}
