import type { FastifyInstance, FastifyRequest } from 'fastify';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { ArtifactsService } from '../features/artifacts/service.ts';
import type { MultipartUploads } from '../features/artifacts/multipart.ts';
import { announcedBytes, takeAnyBody } from './artifact-routes.ts';
import { Fields } from './fields.ts';
import { parseJson } from './parse-json.ts';
import { takeBody } from './take-body.ts';

const rule = 'token-or-job';

/**
 * Large files in parts, and downloads in ranges: `/mlflow-artifacts/mpu/…` and `/mlflow-artifacts/presigned/…`. MLflow's
 * client sends parts without credentials of its own, so each comes with the header that authorises it: the one that the
 * sender of the request used itself, for this very address.
 */
export async function registerMultipartRoutes(
  app: FastifyInstance,
  { artifacts, uploads }: { artifacts: ArtifactsService; uploads: MultipartUploads },
): Promise<void> {
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) =>
    parseJson(String(body), done),
  );
  app.post('/mpu/create/*', { config: { rule } }, async request => {
    const fields = new Fields(request.body);
    const parts = fields.optionalInteger('num_parts') ?? 1;
    const uploadId = await uploads.create(targetOf(request, fields), parts);
    const credentials = Array.from({ length: parts }, (_, index) => ({
      url: `${addressOf(request, 'mpu')}/mpu/parts/${uploadId}/${index + 1}`,
      part_number: index + 1,
      headers: authorizationOf(request),
    }));
    return { upload_id: uploadId, credentials };
  });
  app.post('/mpu/complete/*', { config: { rule } }, async request => {
    const fields = new Fields(request.body);
    const parts = fields
      .objects('parts')
      .map(part => ({ number: part.integer('part_number'), etag: part.text('etag') }));
    await uploads.complete(fields.text('upload_id'), targetOf(request, fields), parts);
    return {};
  });
  app.post('/mpu/abort/*', { config: { rule } }, async request => {
    const fields = new Fields(request.body);
    await uploads.abort(fields.text('upload_id'), targetOf(request, fields));
    return {};
  });
  app.get('/presigned/*', { config: { rule } }, async request => {
    const path = (request.params as { '*': string })['*'];
    const { sizeBytes } = await artifacts.open(path);
    const url = `${addressOf(request, 'presigned')}/artifacts/${path.split('/').map(encodeURIComponent).join('/')}`;
    return { url, headers: authorizationOf(request), file_size: sizeBytes };
  });
  await app.register(async scope => {
    takeAnyBody(scope);
    scope.put('/mpu/parts/:uploadId/:part', { config: { rule, body: 'raw' } }, async (request, reply) => {
      const { uploadId, part } = request.params as { uploadId: string; part: string };
      const number = /^\d{1,5}$/.test(part) ? Number(part) : 0;
      const ref = { uploadId, number };
      const etag = await takeBody(request, body => uploads.writePart(ref, body, announcedBytes(request)));
      reply.header('etag', etag);
      return {};
    });
  });
}

/** The client names the file by its path on its own machine, whose last part is the name. */
function targetOf(request: FastifyRequest, fields: Fields): string {
  const folder = (request.params as { '*': string })['*'].replace(/\/+$/, '');
  const name = fields.text('path').split(/[/\\]/).at(-1);
  if (!name) throw new BenchmateError('BAD_REQUEST', "Invalid value for parameter 'path': it names no file.");
  return folder ? `${folder}/${name}` : name;
}

/** `Host` is one of the engine's own addresses: others are refused before. */
const addressOf = ({ headers, url }: FastifyRequest, before: string) =>
  `http://${headers.host}${url.slice(0, url.indexOf(`/${before}/`))}`;

const authorizationOf = ({ headers }: FastifyRequest): Record<string, string> =>
  headers.authorization === undefined ? {} : { Authorization: headers.authorization };
