import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { ArtifactsService } from '../features/artifacts/service.ts';
import { fileToWire, listBelow } from './artifact-wire.ts';
import { Fields } from './fields.ts';
import { get, type Route } from './route.ts';
import { runIdOf } from './run-routes.ts';

/** Listing through a run, below `/api/2.0/mlflow`. */
export const runArtifactRoutes: readonly Route[] = [
  get('artifacts/list', async ({ services, fields }) => {
    const { artifactUri } = services.runs.get(runIdOf(fields));
    const files = await listBelow(services.artifacts, artifactUri, fields.optionalText('path'));
    return { root_uri: artifactUri, files };
  }),
];

/**
 * `/mlflow-artifacts/artifacts/…`: files go through here in both directions, as a stream. What comes out is always an
 * attachment of an unknown type: a page that somebody logged must not run as a page of this engine.
 */
export function registerArtifactRoutes(app: FastifyInstance, artifacts: ArtifactsService): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  const config = { rule: 'token-or-job', body: 'raw' } as const;

  app.get('/artifacts', { config }, async request => {
    const fields = new Fields(request.query, { fromQuery: true });
    const files = await artifacts.list(fields.optionalText('path').replace(/\/+$/, ''));
    return { files: files.map(file => fileToWire(file)) };
  });
  app.get('/artifacts/*', { config }, async (request, reply) => {
    const path = pathOf(request);
    const { sizeBytes, read } = await artifacts.open(path);
    attach(reply, path);
    reply.header('accept-ranges', 'bytes');
    const range = rangeOf(request.headers.range, sizeBytes);
    if (!range) return reply.header('content-length', sizeBytes).send(read());
    if (range === 'unsatisfiable') return reply.code(416).header('content-range', `bytes */${sizeBytes}`).send();
    return reply
      .code(206)
      .header('content-range', `bytes ${range.start}-${range.end}/${sizeBytes}`)
      .header('content-length', range.end - range.start + 1)
      .send(read(range.start, range.end));
  });
  app.put('/artifacts/*', { config }, async request => {
    await artifacts.write(pathOf(request), request.raw);
    return {};
  });
  app.delete('/artifacts/*', { config }, async request => {
    const path = pathOf(request);
    if (!path) throw new BenchmateError('BAD_REQUEST', 'Name what to delete.');
    await artifacts.delete(path);
    return {};
  });
}

const pathOf = (request: FastifyRequest) => (request.params as { '*': string })['*'];

function attach(reply: FastifyReply, path: string): void {
  const name = encodeURIComponent(path.slice(path.lastIndexOf('/') + 1)).replace(/['()*]/g, escapeMore);
  reply.header('content-type', 'application/octet-stream');
  reply.header('content-disposition', `attachment; filename*=UTF-8''${name}`);
  reply.header('x-content-type-options', 'nosniff');
  reply.header('content-security-policy', "default-src 'none'; sandbox");
}

const escapeMore = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;

/** One range of bytes (RFC 9110, 14.1.2); several at once are answered with the whole. */
function rangeOf(
  header: string | undefined,
  sizeBytes: number,
): { start: number; end: number } | 'unsatisfiable' | null {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (!from && !to) return null;
  const start = from ? Number(from) : Math.max(0, sizeBytes - Number(to));
  const end = from && to ? Math.min(Number(to), sizeBytes - 1) : sizeBytes - 1;
  return start > end || start >= sizeBytes ? 'unsatisfiable' : { start, end };
}
