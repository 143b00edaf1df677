import { fileURLToPath } from 'node:url';
import { ensurePythonEnv } from '../../.ci/setup/python-env.ts';

/** Interpreter of an environment with the stock `mlflow` client (and server), scikit-learn and pandas. */
export function mlflowPython(): Promise<string> {
  return ensurePythonEnv('mlflow', fileURLToPath(new URL('requirements-mlflow.txt', import.meta.url)));
}

/** The same with the last client before MLflow 3. */
export function mlflow2Python(): Promise<string> {
  return ensurePythonEnv('mlflow-2', fileURLToPath(new URL('requirements-mlflow-2.txt', import.meta.url)));
}

/** One with `pycrdt`, another implementation of Yjs, and a WebSocket client. */
export function pycrdtPython(): Promise<string> {
  return ensurePythonEnv('pycrdt', fileURLToPath(new URL('requirements-pycrdt.txt', import.meta.url)));
}

/** One with `huggingface_hub`, which reads and judges model cards. */
export function huggingFacePython(): Promise<string> {
  return ensurePythonEnv('hugging-face', fileURLToPath(new URL('requirements-hugging-face.txt', import.meta.url)));
}
