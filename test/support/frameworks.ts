import { fileURLToPath } from 'node:url';
import { ensurePythonEnv } from '../../.ci/setup/python-env.ts';

const requirements = (name: string) => fileURLToPath(new URL(`requirements-${name}.txt`, import.meta.url));

/** Interpreter with the stock client, XGBoost, LightGBM, psutil and a Jupyter kernel: seconds to make from a warm cache. */
export function lightFrameworksPython(): Promise<string> {
  return ensurePythonEnv('frameworks-light', requirements('frameworks-light'));
}

/** Interpreter with PyTorch, Lightning and Keras: 1.4 GB, so only for `npm run test:frameworks`. */
export function deepLearningPython(): Promise<string> {
  return ensurePythonEnv('frameworks', requirements('frameworks'));
}
