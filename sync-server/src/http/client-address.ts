import type { IncomingMessage } from 'node:http';

/**
 * Where a request comes from. Behind a proxy it is the last address of `X-Forwarded-For`, the one that the proxy itself saw:
 * those before it are whatever the client claimed.
 */
export function clientAddress({ headers, socket }: IncomingMessage, trustProxy: boolean): string {
  const own = socket.remoteAddress ?? 'unknown';
  if (!trustProxy) return own;
  const forwarded = [headers['x-forwarded-for'] ?? ''].flat().join(',');
  const last = forwarded.slice(forwarded.lastIndexOf(',') + 1).trim();
  return /^[0-9A-Fa-f.:]{2,45}$/.test(last) ? last : own;
}
