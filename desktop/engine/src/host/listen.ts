import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';

/** Listens on loopback and gives the port. A port that was asked for must be free; a wish falls back to any. */
export async function listen(server: Server, { port, wish = 0 }: { port?: number; wish?: number }): Promise<number> {
  try {
    return await bind(server, port ?? wish);
  } catch (error) {
    const { code } = error as { code?: string };
    if (port === undefined && wish !== 0) return bind(server, 0);
    if (code === 'EADDRINUSE')
      throw new BenchmateError(
        'PORT_IN_USE',
        `Port ${port} on this machine is taken by another program.`,
        'Choose another one with --port, or leave it out.',
      );
    if (code === 'EACCES')
      throw new BenchmateError('FORBIDDEN', `Port ${port} may not be used.`, 'Choose one above 1023 with --port.');
    throw error;
  }
}

async function bind(server: Server, port: number): Promise<number> {
  server.listen({ host: '127.0.0.1', port, exclusive: true });
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
