import type { FastifyInstance } from 'fastify';
import { engineVersion } from '../host/version.ts';
import { registerArtifactRoutes, runArtifactRoutes } from './artifact-routes.ts';
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
import type { MlflowServices, Route } from './route.ts';
import { answerNotServed } from './not-served.ts';
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

/** MLflow's REST API for the stock client. What is not here is answered 404 with `ENDPOINT_NOT_FOUND`, as MLflow does. */
export async function registerMlflowRoutes(app: FastifyInstance, services: MlflowServices): Promise<void> {
  for (const api of ['/api', '/ajax-api']) {
    await app.register(async scope => registerRoutes(scope, services), { prefix: `${api}/2.0/mlflow` });
    await app.register(async scope => registerArtifactRoutes(scope, services.artifacts), {
      prefix: `${api}/2.0/mlflow-artifacts`,
    });
    await app.register(async scope => registerMultipartRoutes(scope, services), {
      prefix: `${api}/2.0/mlflow-artifacts`,
    });
    await app.register(
      async scope => {
        answerNotServed(scope);
        scope.get('/server-info', { config }, () => serverInfo);
      },
      { prefix: `${api}/3.0/mlflow` },
    );
  }
  await app.register(async scope => registerBrowserArtifactRoutes(scope, services));
  app.get('/api/openapi.json', { config: { rule: 'token' } }, () => openApiDocument(engineVersion));
}

function registerRoutes(app: FastifyInstance, services: MlflowServices): void {
  answerNotServed(app);
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) =>
    parseJson(String(body), done),
  );
  for (const { method, path, answer } of routes) {
    app.route({
      method,
      url: `/${path}`,
      config,
      handler: (request, reply) => {
        const fields = method === 'GET' ? new Fields(request.query, { fromQuery: true }) : new Fields(request.body);
        return answer({ services, fields, params: request.params as Record<string, string>, request, reply });
      },
    });
  }
}
