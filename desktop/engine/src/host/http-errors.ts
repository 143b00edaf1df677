import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { BenchmateError, toErrorShape, type ErrorShape } from '@benchmate/shared/errors/benchmate-error';
import { errorCodes } from '@benchmate/shared/errors/codes';
import type { Log } from './log.ts';
import { readTheRest } from './read-the-rest.ts';

const mlflowPrefix = /^\/(api\/\d+\.\d+\/mlflow|ajax-api\/|(model-versions\/)?get-artifact\b)/;

/** Whether the stock MLflow client asks: it reads errors as `{error_code, message}`. */
export const isMlflow = (url: string): boolean => mlflowPrefix.test(url);

/** Every failed request gets a coded error in the shape of its API; only bugs reach the log as errors. */
export function answerErrors(app: FastifyInstance, log: Log): void {
  app.setErrorHandler((error, request, reply) => {
    const shape = shapeOf(error);
    if (shape.code === 'INTERNAL') log.error({ err: error, route: request.routeOptions.url }, 'unexpected error');
    if (shape.code === 'TOO_LARGE') {
      reply.removeHeader('connection'); // Fastify would close while the client still sends, and the answer be lost
      readTheRest(request.raw);
    }
    return sendError(request, reply, shape, statusOf(error, shape));
  });
}

export function sendError(
  request: FastifyRequest,
  reply: FastifyReply,
  shape: ErrorShape,
  status?: number,
): FastifyReply {
  const { http, mlflow } = errorCodes[shape.code];
  const body = isMlflow(request.url)
    ? { error_code: mlflow, message: [shape.message, shape.nextStep].join(' ').trim() }
    : shape;
  if (shape.code === 'UNAUTHENTICATED') reply.header('www-authenticate', 'Bearer realm="benchmate"');
  return reply.code(status ?? http).send(body);
}

/** Fastify's own refusals have a status of their own; they are no bugs. */
function shapeOf(error: unknown): ErrorShape {
  const { statusCode, message } = error as { statusCode?: number; message?: string };
  if (error instanceof BenchmateError || !statusCode || statusCode >= 500) return toErrorShape(error);
  if (statusCode === 413)
    return { code: 'TOO_LARGE', message: 'The request is too large.', nextStep: 'Send it in parts.' };
  return { code: 'BAD_REQUEST', message: message ?? 'The request cannot be understood.', nextStep: '' };
}

function statusOf(error: unknown, shape: ErrorShape): number {
  const { statusCode } = error as { statusCode?: number };
  return shape.code === 'BAD_REQUEST' && statusCode && statusCode < 500 ? statusCode : errorCodes[shape.code].http;
}
