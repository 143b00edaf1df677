import type { IncomingMessage } from 'node:http';

const patienceMs = 60_000;

/**
 * Reads what is left of a refused request's body and throws it away: a client reads the answer once it has sent everything, and
 * one whose connection is cut sends it all again. Who goes on sending for a minute is cut off.
 */
export function readTheRest(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return;
  const cut = setTimeout(() => request.destroy(), patienceMs).unref();
  const over = () => clearTimeout(cut);
  request.once('end', over).once('close', over);
  request.resume();
}
