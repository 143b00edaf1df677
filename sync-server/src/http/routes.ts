import type { z } from 'zod';
import { challengeRequest, recoveryRequest, sessionRequest } from '@benchmate/shared/protocol/feeds-wire';
import {
  answerRequest,
  closeBoxRequest,
  openBoxRequest,
  outcomeRequest,
  tryRequest,
  waitingRequest,
} from '@benchmate/shared/protocol/spoken-wire';
import type { Sessions } from '../access/sessions.ts';
import type { SpokenInvites } from '../access/spoken-invites.ts';
import type { Operations } from '../operations/operations.ts';

/**
 * The rule of a route; there is no default.
 * - `public`: no secret needed, none answered, nothing changed.
 * - `proves`: the body itself proves who asks, or only asks for a challenge.
 */
export type RouteRule = 'public' | 'proves';

export interface Answer {
  status: number;
  type: 'application/json' | 'text/plain; version=0.0.4';
  body: string;
}

export interface Route {
  method: 'GET' | 'POST';
  path: string;
  rule: RouteRule;
  /** `body` is parsed JSON, null for GET; `from`: the client's address. */
  answer: (body: unknown, from: string) => Answer | Promise<Answer>;
}

/** Everything that is answered over plain HTTP. The sockets are in upgrade.ts. */
export function routes(operations: Operations, sessions: Sessions, spoken: SpokenInvites): Route[] {
  return [
    { method: 'GET', path: '/health', rule: 'public', answer: () => json(operations.health()) },
    {
      method: 'GET',
      path: '/ready',
      rule: 'public',
      answer: () => {
        const readiness = operations.ready();
        return json(readiness, readiness.ready ? 200 : 503);
      },
    },
    {
      method: 'GET',
      path: '/metrics',
      rule: 'public',
      answer: async () => ({ status: 200, type: 'text/plain; version=0.0.4', body: await operations.metrics() }),
    },
    post('/~access/challenge', challengeRequest, body => sessions.challenge(body)),
    post('/~access/recovery', recoveryRequest, body => sessions.teamsOf(body)),
    post('/~access/session', sessionRequest, body => sessions.begin(body)),
    post('/~access/spoken/open', openBoxRequest, body => spoken.open(body)),
    post('/~access/spoken/waiting', waitingRequest, body => spoken.waiting(body)),
    post('/~access/spoken/answer', answerRequest, body => spoken.answer(body)),
    post('/~access/spoken/close', closeBoxRequest, body => spoken.close(body)),
    post('/~access/spoken/try', tryRequest, (body, from) => spoken.attempt(body, from)),
    post('/~access/spoken/outcome', outcomeRequest, body => spoken.outcome(body)),
  ];
}

export const json = (value: unknown, status = 200): Answer => ({
  status,
  type: 'application/json',
  body: JSON.stringify(value),
});

function post<S extends z.ZodType>(path: string, schema: S, work: (body: z.output<S>, from: string) => unknown): Route {
  const answer = async (body: unknown, from: string) => json(await work(schema.parse(body), from));
  return { method: 'POST', path, rule: 'proves', answer };
}
