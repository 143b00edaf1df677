import type { ErrorShape } from '@benchmate/shared/errors/benchmate-error';

/**
 * Parts of MLflow's API that are about language-model applications or MLflow's own pages; nothing here has them. They
 * are answered with MLflow's NOT_IMPLEMENTED: the client says so at once, and does not repeat it.
 */
const areas =
  /^\/(?:ajax-)?api\/\d\.\d\/mlflow\/(traces|unified-traces|get-online-trace-details|get-trace-artifact|webhooks|gateway-proxy|gateway|runs\/create-promptlab-run|assessments|datasets|demo|genai|issues|jobs|label-schemas|prompt-optimization|review-queues|scorers?|ui-telemetry|workspaces)(?:[/?]|$)/;

/** The refusal for a route of MLflow that is left out on purpose; null for what is no route of MLflow. */
export function notSupported(url: string): ErrorShape | null {
  const area = areas.exec(url)?.[1];
  return area
    ? {
        code: 'NOT_SUPPORTED',
        message: `Benchmate does not support '${area}' of MLflow.`,
        nextStep: 'It has experiments, runs, metrics, logged models, the model registry and artifacts.',
      }
    : null;
}
