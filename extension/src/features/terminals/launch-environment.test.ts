import { expect, test } from 'vitest';
import { launchEnvironment } from './launch-environment.ts';

const variables = {
  MLFLOW_TRACKING_URI: 'http://127.0.0.1:1',
  MLFLOW_TRACKING_TOKEN: 'secret',
  MLFLOW_EXPERIMENT_NAME: 'churn',
};

test('a launch is given what the stock client needs, and keeps its own variables', () => {
  const env = { MLFLOW_EXPERIMENT_NAME: 'my own', CUDA_VISIBLE_DEVICES: '0' };
  expect(launchEnvironment({ request: 'launch' }, variables, '')).toEqual(variables);
  expect(launchEnvironment({ request: 'launch', env }, variables, 'SEED=1\n# MLFLOW_TRACKING_URI=x')).toEqual({
    ...variables,
    ...env,
  });
});

test('a launch that says where to log is left as it is, and so is an attachment', () => {
  const elsewhere = { MLFLOW_TRACKING_URI: 'https://mlflow.example.org' };
  expect(launchEnvironment({ request: 'launch', env: elsewhere }, variables, '')).toBeUndefined();
  expect(
    launchEnvironment({ request: 'launch', env: { MLFLOW_TRACKING_AUTH: 'other' } }, variables, ''),
  ).toBeUndefined();
  for (const content of ['MLFLOW_TRACKING_URI=sqlite:///a.db', 'A=1\n export MLFLOW_TRACKING_URI = "x"\n'])
    expect(launchEnvironment({ request: 'launch' }, variables, content)).toBeUndefined();
  expect(launchEnvironment({ request: 'attach' }, variables, '')).toBeUndefined();
});
