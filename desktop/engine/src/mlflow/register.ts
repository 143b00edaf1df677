import type { FastifyInstance } from 'fastify';
import { engineVersion } from '../host/version.ts';
import { registerArtifactRoutes, runArtifactRoutes } from './artifact-routes.ts';
import { BodyTurns } from './body-turns.ts';
import { registerBrowserArtifactRoutes } from './browser-artifact-routes.ts';
import { experimentRoutes } from './experiment-routes.ts';
import { Fields } from './fields.ts';
import { loggedModelRoutes } from './logged-model-routes.ts';
import { loggingRoutes } from './logging-routes.ts';
import { metricRoutes } from './metric-routes.ts';
import { modelRoutes } from './model-routes.ts';
import { registerMultipartRoutes } from './multipart-routes.ts';
import { openApiDocument } from './openapi/document.ts';
import { parseJson } from './parse-json.ts';
import { RepeatedCreates } from './repeated-creates.ts';
import type { Call, MlflowServices, Route } from './route.ts';
import { runRoutes } from './run-routes.ts';
import { serverInfo } from './server-info.ts';
import { versionRoutes } from './version-routes.ts';

const routes: readonly Route[] = [
  ...loggingRoutes,
  ...runRoutes,
  ...metricRoutes,
  ...experimentRoutes,
  ...loggedModelRoutes,
  ...runArtifactRoutes,
  ...modelRoutes,
  ...versionRoutes,
];

const config = { rule: 'token-or-job' } as const;

/** A full batch needs about 3 MB, a profile of a dataset up to 16: what is larger would keep everybody waiting while it is parsed. */
const bodyBytes = 16 * 2 ** 20;
const profilesBytes = 64 * 2 ** 20;
/** To read a smaller one takes less than half a millisecond. */
const largeBody = 16 * 1024;

/** MLflow's REST API for the stock client. What is not here is answered 404 with `ENDPOINT_NOT_FOUND`, as MLflow does. */
export async function registerMlflowRoutes(app: FastifyInstance, services: MlflowServices): Promise<void> {
  const creates = new RepeatedCreates(services.clock);
  const turns = new BodyTurns();
  for (const api of ['/api', '/ajax-api']) {
    await app.register(async scope => registerRoutes(scope, services, { creates, turns }), {
      prefix: `${api}/2.0/mlflow`,
    });
    await app.register(async scope => registerArtifactRoutes(scope, services.artifacts), {
      prefix: `${api}/2.0/mlflow-artifacts`,
    });
    await app.register(async scope => registerMultipartRoutes(scope, services), {
      prefix: `${api}/2.0/mlflow-artifacts`,
    });
    app.get(`${api}/3.0/mlflow/server-info`, { config }, () => serverInfo);
  }
  await app.register(async scope => registerBrowserArtifactRoutes(scope, services));
  app.get('/api/openapi.json', { config: { rule: 'token' } }, () => openApiDocument(engineVersion));
}

function registerRoutes(
  app: FastifyInstance,
  services: MlflowServices,
  { creates: made, turns }: { creates: RepeatedCreates; turns: BodyTurns },
): void {
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    const text = String(body);
    if (text.length < largeBody) parseJson(text, done);
    else turns.run(() => parseJson(text, done));
  });
  for (const { method, path, answer, creates } of routes) {
    app.route({
      method,
      url: `/${path}`,
      config,
      bodyLimit: path === 'runs/log-inputs' ? profilesBytes : bodyBytes,
      handler: (request, reply) => {
        const fields = method === 'GET' ? new Fields(request.query, { fromQuery: true }) : new Fields(request.body);
        const call: Call = { services, fields, params: request.params as Record<string, string>, request, reply };
        if (!creates) {
          made.used(namedIn(method === 'GET' ? request.query : request.body));
          return answer(call);
        }
        const { nameOf, flag } = creates;
        const create = async () => answer(call);
        return made.make(request, create, nameOf, (earlier, name) => flag(services, earlier, name));
      },
    });
  }
}

/** The run or the model version that a request is about. */
function namedIn(values: unknown): unknown {
  const named = values as { run_id?: unknown; run_uuid?: unknown; name?: string; version?: string | number } | null;
  if (named?.version !== undefined) return `${named.name}/${named.version}`;
  return named?.run_id ?? named?.run_uuid;
}
