import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { safePath } from '../features/artifacts/path.ts';
import { artifactPathOf } from '../features/artifacts/uri.ts';
import { announcedBytes, takeAnyBody } from './artifact-routes.ts';
import { Fields } from './fields.ts';
import { filesUriOf } from './model-source.ts';
import { versionRefOf } from './registry-names.ts';
import type { MlflowServices } from './route.ts';
import { runIdOf } from './run-routes.ts';
import { sendArtifact } from './send-artifact.ts';
import { takeBody } from './take-body.ts';

const rule = 'token-or-job';

/** Files as MLflow's own pages fetch them: by run, by model version, by logged model. */
export function registerBrowserArtifactRoutes(app: FastifyInstance, services: MlflowServices): void {
  takeAnyBody(app);
  const serve = (
    url: string,
    rootOf: (fields: Fields, request: FastifyRequest) => string | Promise<string>,
    field = 'path',
  ) =>
    app.route({
      method: ['GET', 'HEAD'],
      url,
      config: { rule },
      handler: async (request: FastifyRequest, reply: FastifyReply) => {
        const fields = new Fields(request.query, { fromQuery: true });
        const path = safePath(fields.text(field));
        const root = artifactPathOf(await rootOf(fields, request));
        const file = await services.artifacts.open([...root, ...path].join('/'));
        return sendArtifact(request, reply, path.at(-1) ?? '', file);
      },
    });
  serve('/get-artifact', fields => services.runs.get(runIdOf(fields)).artifactUri);
  serve('/model-versions/get-artifact', async fields => {
    const version = await services.registry.getVersion(versionRefOf(fields));
    return folderOf(await filesUriOf(version, services), services);
  });
  serve(
    '/ajax-api/2.0/mlflow/logged-models/:modelId/artifacts/files',
    (_fields, { params }) => services.loggedModels.get((params as { modelId: string }).modelId).artifactUri,
    'artifact_file_path',
  );
  app.post('/ajax-api/2.0/mlflow/upload-artifact', { config: { rule, body: 'raw' } }, async request => {
    const fields = new Fields(request.query, { fromQuery: true });
    const root = artifactPathOf(services.runs.get(runIdOf(fields)).artifactUri);
    const path = safePath(fields.text('path'));
    const target = [...root, ...path].join('/');
    await takeBody(request, body => services.artifacts.write(target, body, announcedBytes(request)));
    return {};
  });
}

/** A version may be registered as `runs:/…`: the files are below the run's own folder, or all of them. */
function folderOf(source: string, services: MlflowServices): string {
  const [, runId, path = ''] = /^runs:\/([^/]+)(\/.*)?$/.exec(source) ?? [];
  return runId ? `${services.runs.get(runId).artifactUri}${path}` : source;
}
