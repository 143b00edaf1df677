/**
 * The stock `mlflow` client prints where to look at a run: `<engine>/#/experiments/<id>/runs/<run>`, an address of MLflow's own
 * UI. Answers the companion's page for such a fragment, or null for any other.
 */
export function pageOfMlflowLink(hash: string): string | null {
  const run = /^#\/experiments\/[^/]+\/runs\/([0-9a-f]{32})(?:[/?]|$)/.exec(hash)?.[1];
  if (run) return `/runs/${run}`;
  const model = /^#\/models\/([^/?]+)(?:\/versions\/(\d+))?/.exec(hash);
  if (model) return `/models/${model[1]}/${model[2] ? `v${model[2]}` : 'latest'}`;
  return /^#\/experiments(?:[/?]|$)/.test(hash) ? '/runs' : null;
}
