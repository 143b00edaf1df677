import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { FastifyInstance } from 'fastify';

/**
 * Parts of MLflow's API that are about language-model applications or MLflow's own pages; nothing here has them. They
 * are answered with MLflow's NOT_IMPLEMENTED: the client says so at once, and does not repeat it.
 */
const notSupported =
  /^\/(?:ajax-)?api\/\d\.\d\/mlflow\/(traces|unified-traces|get-online-trace-details|get-trace-artifact|webhooks|gateway-proxy|gateway|runs\/create-promptlab-run|assessments|datasets|demo|genai|issues|jobs|label-schemas|prompt-optimization|review-queues|scorers?|ui-telemetry|workspaces)(?:[/?]|$)/;

/** Answers what no route below this prefix answers, in MLflow's shape. */
export function answerNotServed(app: FastifyInstance): void {
  app.setNotFoundHandler((request, reply) => {
    const area = notSupported.exec(request.url)?.[1];
    if (!area) return reply.code(404).send({ error_code: 'ENDPOINT_NOT_FOUND', message: 'Not served.' });
    throw new BenchmateError(
      'NOT_SUPPORTED',
      `Benchmate does not support '${area}' of MLflow.`,
      'It has experiments, runs, metrics, logged models, the model registry and artifacts.',
    );
  });
}
