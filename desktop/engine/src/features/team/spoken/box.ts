import { z } from 'zod';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { errorCodes, type ErrorCode } from '@benchmate/shared/errors/codes';
import {
  doneResponse,
  openBoxResponse,
  outcomeResponse,
  tryResponse,
  waitingResponse,
  type answerRequest,
  type openBoxRequest,
  type outcomeRequest,
  type tryRequest,
} from '@benchmate/shared/protocol/spoken-wire';
import { askServer, noAnswer } from '../../../replication/sync/ask-server.ts';

const refusal = z.object({
  code: z.enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]]),
  message: z.string(),
  nextStep: z.string(),
});

/** The requests about spoken invites (shared/src/protocol/spoken-wire.ts). They throw OFFLINE, or what the server answers. */
export const box = {
  open: (serverUrl: string, request: z.infer<typeof openBoxRequest>) =>
    ask(serverUrl, 'open', request, openBoxResponse),
  waiting: (serverUrl: string, key: string) => ask(serverUrl, 'waiting', { key }, waitingResponse),
  answer: (serverUrl: string, request: z.infer<typeof answerRequest>) =>
    ask(serverUrl, 'answer', request, doneResponse),
  close: (serverUrl: string, key: string) => ask(serverUrl, 'close', { key }, doneResponse),
  try: (serverUrl: string, request: z.infer<typeof tryRequest>) => ask(serverUrl, 'try', request, tryResponse),
  outcome: (serverUrl: string, request: z.infer<typeof outcomeRequest>) =>
    ask(serverUrl, 'outcome', request, outcomeResponse),
};

async function ask<S extends z.ZodType>(
  serverUrl: string,
  path: string,
  body: unknown,
  shape: S,
): Promise<z.output<S>> {
  const { status, text } = await askServer(serverUrl, `~access/spoken/${path}`, body);
  const json = parseJson(text);
  const answer = shape.safeParse(json);
  if (status === 200 && answer.success) return answer.data;
  const refused = refusal.safeParse(json);
  if (refused.success) throw new BenchmateError(refused.data.code, refused.data.message, refused.data.nextStep);
  throw noAnswer(serverUrl, { cause: `HTTP status ${status}` });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
