/**
 * The closed set of error codes, and what each becomes at every boundary.
 *
 * `http` is the status of HTTP answers, `mlflow` the `error_code` of MLflow's REST API
 * (mlflow.protos.databricks_pb2.ErrorCode), `rpc` the tRPC error code, `exit` the exit status of a command line.
 * A retryable code makes the stock MLflow client repeat the request: use one only when repeating can help.
 */
export const errorCodes = {
  BAD_REQUEST: { http: 400, mlflow: 'INVALID_PARAMETER_VALUE', rpc: 'BAD_REQUEST', exit: 2 },
  UNAUTHENTICATED: { http: 401, mlflow: 'UNAUTHENTICATED', rpc: 'UNAUTHORIZED', exit: 3 },
  FORBIDDEN: { http: 403, mlflow: 'PERMISSION_DENIED', rpc: 'FORBIDDEN', exit: 3 },
  NOT_FOUND: { http: 404, mlflow: 'RESOURCE_DOES_NOT_EXIST', rpc: 'NOT_FOUND', exit: 4 },
  ALREADY_EXISTS: { http: 400, mlflow: 'RESOURCE_ALREADY_EXISTS', rpc: 'CONFLICT', exit: 5 },
  CONFLICT: { http: 409, mlflow: 'RESOURCE_CONFLICT', rpc: 'CONFLICT', exit: 5 },
  NEEDS_APPROVAL: { http: 403, mlflow: 'PERMISSION_DENIED', rpc: 'PRECONDITION_FAILED', exit: 6 },
  CONTESTED: { http: 409, mlflow: 'RESOURCE_CONFLICT', rpc: 'CONFLICT', exit: 6 },
  NOT_SUPPORTED: { http: 501, mlflow: 'NOT_IMPLEMENTED', rpc: 'NOT_IMPLEMENTED', exit: 2 },
  TOO_LARGE: { http: 413, mlflow: 'INVALID_PARAMETER_VALUE', rpc: 'PAYLOAD_TOO_LARGE', exit: 2 },
  QUOTA_EXCEEDED: { http: 507, mlflow: 'RESOURCE_EXHAUSTED', rpc: 'PRECONDITION_FAILED', exit: 7 },
  DISK_FULL: { http: 507, mlflow: 'RESOURCE_EXHAUSTED', rpc: 'INTERNAL_SERVER_ERROR', exit: 7 },
  DISK_FAILING: { http: 507, mlflow: 'IO_ERROR', rpc: 'INTERNAL_SERVER_ERROR', exit: 7 },
  DATA_DAMAGED: { http: 507, mlflow: 'DATA_LOSS', rpc: 'INTERNAL_SERVER_ERROR', exit: 12 },
  DATA_DIR_IN_USE: { http: 409, mlflow: 'RESOURCE_CONFLICT', rpc: 'CONFLICT', exit: 8 },
  DATA_DIR_TOO_NEW: { http: 409, mlflow: 'INVALID_STATE', rpc: 'CONFLICT', exit: 8 },
  PORT_IN_USE: { http: 409, mlflow: 'RESOURCE_CONFLICT', rpc: 'CONFLICT', exit: 8 },
  TOOL_MISSING: { http: 424, mlflow: 'INVALID_STATE', rpc: 'PRECONDITION_FAILED', exit: 9 },
  ENGINE_UNAVAILABLE: { http: 503, mlflow: 'TEMPORARILY_UNAVAILABLE', rpc: 'INTERNAL_SERVER_ERROR', exit: 10 },
  OFFLINE: { http: 503, mlflow: 'TEMPORARILY_UNAVAILABLE', rpc: 'INTERNAL_SERVER_ERROR', exit: 10 },
  TIMEOUT: { http: 504, mlflow: 'REQUEST_LIMIT_EXCEEDED', rpc: 'TIMEOUT', exit: 11 },
  CANCELLED: { http: 499, mlflow: 'CANCELLED', rpc: 'CLIENT_CLOSED_REQUEST', exit: 130 },
  INTERNAL: { http: 500, mlflow: 'INTERNAL_ERROR', rpc: 'INTERNAL_SERVER_ERROR', exit: 1 },
} as const satisfies Record<string, { http: number; mlflow: string; rpc: string; exit: number }>;

export type ErrorCode = keyof typeof errorCodes;
