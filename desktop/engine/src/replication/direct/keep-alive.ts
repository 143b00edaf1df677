import type { WebSocket } from 'ws';
import type { Clock } from '../../host/clock.ts';

const pingEveryMs = 10_000;

/** Ends a connection whose other end does not answer within two periods. */
export function keepAlive(ws: WebSocket, clock: Clock): void {
  let isAlive = true;
  ws.on('pong', () => (isAlive = true));
  let cancel = () => {};
  const next = () => {
    cancel = clock.after(pingEveryMs, () => {
      if (!isAlive) return ws.terminate();
      isAlive = false;
      ws.ping();
      next();
    });
  };
  next();
  ws.on('close', () => cancel());
}
