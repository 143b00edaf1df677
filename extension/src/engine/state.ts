import type { Endpoint } from '@benchmate/shared/protocol/endpoint';
import type { EngineClient } from '@benchmate/shared/protocol/engine';

/** One engine process that answers. Another process, or another token, is another session. */
export interface Session {
  endpoint: Endpoint;
  client: EngineClient;
}

/**
 * `absent`: none runs and none was asked for. `lost`: it ended or does not answer, and a new one is looked for.
 * `failed`: none could be started, and `message` says why.
 */
export type EngineState =
  | { kind: 'absent' }
  | { kind: 'starting' }
  | { kind: 'connected'; session: Session }
  | { kind: 'lost' }
  | { kind: 'failed'; message: string; nextStep: string };

export function describeEngine(state: EngineState): string {
  if (state.kind === 'connected') return `Engine ${state.session.endpoint.version} is running`;
  if (state.kind === 'starting') return 'Engine is starting';
  if (state.kind === 'lost') return 'Engine does not answer; looking for it';
  return state.kind === 'failed' ? state.message : 'Engine is not running';
}
