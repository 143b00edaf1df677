import type { FastifyInstance, FastifyRequest } from 'fastify';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { ArtifactsService } from '../features/artifacts/service.ts';
import { fileToWire, listBelow, safeBelow, withoutDots } from './artifact-wire.ts';
import { Fields } from './fields.ts';
import { get, type Route } from './route.ts';
import { runIdOf } from './run-routes.ts';
import { sendArtifact } from './send-artifact.ts';
import { takeBody } from './take-body.ts';

/** Listing through a run, below `/api/2.0/mlflow`. */
export const runArtifactRoutes: readonly Route[] = [
  get('artifacts/list', async ({ services, fields }) => {
    const below = safeBelow(fields.optionalText('path')); // before the run, as MLflow does
    const { artifactUri } = services.runs.get(runIdOf(fields));
    const files = await listBelow(services.artifacts, artifactUri, below);
    return { root_uri: artifactUri, files };
  }),
];

/** `/mlflow-artifacts/artifacts/…`: files go through here in both directions, as a stream. */
export function registerArtifactRoutes(app: FastifyInstance, artifacts: ArtifactsService): void {
  takeAnyBody(app);
  const config = { rule: 'token-or-job', body: 'raw' } as const;

  app.get('/artifacts', { config }, async request => {
    const fields = new Fields(request.query, { fromQuery: true });
    const files = await artifacts.list(withoutDots(fields.optionalText('path')).replace(/\/+$/, ''));
    return { files: files.map(file => fileToWire(file)) };
  });
  app.route({
    method: ['GET', 'HEAD'],
    url: '/artifacts/*',
    config,
    handler: async (request, reply) => {
      const path = pathOf(request);
      return sendArtifact(request, reply, fileNameOf(path), await artifacts.open(path));
    },
  });
  app.put('/artifacts/*', { config }, async request => {
    await takeBody(request, body => artifacts.write(pathOf(request), body, announcedBytes(request)));
    return {};
  });
  app.delete('/artifacts/*', { config }, async request => {
    const path = pathOf(request);
    if (!path) throw new BenchmateError('BAD_REQUEST', 'Name what to delete.');
    await artifacts.delete(path);
    return {};
  });
}

/** Bodies of any type stay a stream that the route reads. */
export function takeAnyBody(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
}

export const announcedBytes = ({ headers }: FastifyRequest): number | undefined =>
  headers['content-length'] === undefined ? undefined : Number(headers['content-length']);

const fileNameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);

/** The stock client does not encode a `?` in a name, so what comes after it belongs to the name. */
function pathOf({ params, url }: FastifyRequest): string {
  const path = (params as { '*': string })['*'];
  const query = url.indexOf('?');
  if (query < 0) return path;
  try {
    return path + decodeURIComponent(url.slice(query));
  } catch {
    throw new BenchmateError('BAD_REQUEST', 'Invalid path: it is not well encoded.');
  }
}
