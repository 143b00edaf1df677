import { fileURLToPath } from 'node:url';
import { ensurePythonEnv } from '../../.ci/setup/python-env.ts';

const requirements = (name: string) => fileURLToPath(new URL(`requirements-${name}.txt`, import.meta.url));

/** Interpreter with the stock client, XGBoost, LightGBM, psutil and a Jupyter kernel: seconds to make from a warm cache. */
export function lightFrameworksPython(): Promise<string> {
  return ensurePythonEnv('frameworks-light', requirements('frameworks-light'));
}
