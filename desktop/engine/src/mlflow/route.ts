import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { MultipartUploads } from '../features/artifacts/multipart.ts';
import type { ArtifactsService } from '../features/artifacts/service.ts';
import type { ExperimentsService } from '../features/experiments/service.ts';
import type { ModelFilePlaces } from '../features/model-files/places.ts';
import type { LoggedModelsService } from '../features/logged-models/service.ts';
import type { MetricsService } from '../features/metrics/service.ts';
import type { PageStart } from '../features/search/page.ts';
import type { RunsService } from '../features/runs/service.ts';
import type { Clock } from '../host/clock.ts';
import type { Fields } from './fields.ts';
import type { LongAnswers } from './long-answers.ts';
import type { RegistryPort } from './registry-port.ts';

export interface MlflowServices {
  clock: Clock;
  experiments: ExperimentsService;
  runs: RunsService;
  metrics: MetricsService;
  long: LongAnswers;
  loggedModels: LoggedModelsService;
  artifacts: ArtifactsService;
  uploads: MultipartUploads;
  registry: RegistryPort;
  places: ModelFilePlaces;
}

export interface Call {
  services: MlflowServices;
  /** Of the query for GET, of the JSON body else. */
  fields: Fields;
  /** Parts of the path. */
  params: Readonly<Record<string, string>>;
  request: FastifyRequest;
  reply: FastifyReply;
}

/** One route below `/api/2.0/mlflow`; its answer is sent as JSON, after the commit of what it changed. */
export interface Route {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  answer: (call: Call) => unknown;
  /** Of a route that makes something new each time it is called, also when the client only repeats a request. */
  creates?: {
    /** What the client will name it by, read from the answer. */
    nameOf: (answer: unknown) => string;
    flag: (services: MlflowServices, earlier: string, name: string) => Promise<unknown>;
  };
}

export const get = (path: string, answer: Route['answer']): Route => ({ method: 'GET', path, answer });
export const post = (path: string, answer: Route['answer']): Route => ({ method: 'POST', path, answer });
export const patch = (path: string, answer: Route['answer']): Route => ({ method: 'PATCH', path, answer });
export const del = (path: string, answer: Route['answer']): Route => ({ method: 'DELETE', path, answer });

/** Page tokens are opaque to the client: base64 of where the page begins, as MLflow's own are. */
const toPageToken = (start: Partial<PageStart>) => Buffer.from(JSON.stringify(start)).toString('base64');

export const offsetOf = (token: string): number => startOf(token).offset;

export function startOf(token: string): PageStart {
  if (!token) return { offset: 0, upTo: null };
  try {
    const start = JSON.parse(Buffer.from(token, 'base64').toString('utf8')) as Record<keyof PageStart, unknown>;
    const { offset, upTo = null } = start;
    if (isCount(offset) && (upTo === null || isCount(upTo))) return { offset, upTo };
  } catch {
    // Refused below.
  }
  throw new BenchmateError('BAD_REQUEST', 'Invalid page token.', 'Send the token of the page before.');
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

export function pageSize(fields: Fields, otherwise: number, most: number): number {
  const size = fields.optionalInteger('max_results') ?? otherwise;
  if (size >= 1 && size <= most) return size;
  throw new BenchmateError(
    'BAD_REQUEST',
    `Invalid value ${size} for parameter 'max_results': it must be between 1 and ${most}.`,
  );
}

export const nextPage = (nextOffset: number | null) =>
  nextOffset === null ? {} : { next_page_token: toPageToken({ offset: nextOffset }) };

/** The same for pages that stay as they are while something is added. */
export const nextStart = (next: PageStart | null) => (next === null ? {} : { next_page_token: toPageToken(next) });

const shortAnswer = 64 * 1024;

/**
 * The same in pieces, which are given away: once all has left, their memory is free, whenever garbage is collected next. An idle
 * engine collects none for long. One piece leaves at once; a stream takes several turns of the event loop.
 */
export function sendPieces(reply: FastifyReply, pieces: readonly Uint8Array<ArrayBuffer>[]): FastifyReply {
  const length = pieces.reduce((sum, { byteLength }) => sum + byteLength, 0);
  if (length < shortAnswer) return sendJson(reply, Buffer.concat(pieces));
  reply.raw.once('finish', () => {
    for (const { buffer } of pieces) buffer.transfer(0);
  });
  const [only] = pieces;
  if (pieces.length === 1 && only) return sendJson(reply, only);
  reply.type('application/json; charset=utf-8').header('content-length', length);
  return reply.send(Readable.from(pieces, { objectMode: false }));
}

/** Sends an answer that is JSON text already. */
export const sendJson = (reply: FastifyReply, bytes: Uint8Array): FastifyReply =>
  reply.type('application/json; charset=utf-8').send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
