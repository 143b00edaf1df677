/** The part of a launch of Python's debugger that says what its program's environment is. */
export interface Launch {
  readonly request?: unknown;
  readonly env?: Readonly<Record<string, unknown>>;
  readonly envFile?: unknown;
}

/** Variables that say where to log: whoever sets one of them has decided for themselves. */
const decisive = /^\s*(?:export\s+)?MLFLOW_TRACKING_(?:URI|AUTH)\s*=/m;

/**
 * The environment with which a launched program logs to the engine; undefined to leave the launch as it is, because it
 * launches nothing or because it, or the content of its `.env` file, says where to log.
 */
export function launchEnvironment(
  launch: Launch,
  variables: Readonly<Record<string, string>>,
  envFileContent: string,
): Record<string, unknown> | undefined {
  const { request, env = {} } = launch;
  const decided = 'MLFLOW_TRACKING_URI' in env || 'MLFLOW_TRACKING_AUTH' in env || decisive.test(envFileContent);
  return request === 'launch' && !decided ? { ...variables, ...env } : undefined;
}
