import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';

export const isLoopback = (address: string): boolean => /^(127(\.\d{1,3}){3}|::1|localhost)$/.test(address);

/** Listens, and gives the port. Throws PORT_IN_USE, FORBIDDEN or BAD_REQUEST. */
export async function listen(server: Server, address: string, port: number): Promise<number> {
  try {
    server.listen({ host: address, port, exclusive: true });
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'EADDRINUSE')
      throw new BenchmateError(
        'PORT_IN_USE',
        `Port ${port} on ${address} is taken by another program.`,
        'Choose another one with --port, or leave it out.',
      );
    if (code === 'EACCES')
      throw new BenchmateError('FORBIDDEN', `Port ${port} may not be used.`, 'Choose one above 1023 with --port.');
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN')
      throw new BenchmateError('BAD_REQUEST', `This machine has no address ${address}.`, 'Choose another with --bind.');
    throw error;
  }
}
