import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';

const requestTimeoutMs = 10_000;

/** One request with JSON to a sync server; whatever its status is. Throws OFFLINE when there is no answer. */
export async function askServer(
  serverUrl: string,
  path: string,
  body: unknown,
): Promise<{ status: number; text: string }> {
  try {
    const response = await fetch(`${serverUrl.replace(/\/+$/, '')}/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(requestTimeoutMs),
      redirect: 'error',
    });
    return { status: response.status, text: await response.text() };
  } catch (cause) {
    throw noAnswer(serverUrl, { cause });
  }
}

export const noAnswer = (serverUrl: string, options: { cause: unknown }): BenchmateError =>
  new BenchmateError(
    'OFFLINE',
    `The sync server ${serverUrl} does not answer.`,
    'Work goes on here and is shared as soon as it answers.',
    options,
  );
