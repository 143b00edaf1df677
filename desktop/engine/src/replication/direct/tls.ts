import type { TLSSocket } from 'node:tls';
import type { DirectAddress } from './address.ts';

/**
 * TLS whose key is the secret of the address (RFC 8442 in its ChaCha20 form, RFC 7905): whoever lacks it gets no connection, in
 * either direction, and a later loss of the secret does not open what was recorded, because of the ephemeral exchange. No certificate is needed.
 */
const suite = {
  ciphers: 'ECDHE-PSK-CHACHA20-POLY1305',
  minVersion: 'TLSv1.2',
  maxVersion: 'TLSv1.2',
} as const;

const identity = 'benchmate-direct';

export const listeningTls = (secret: Uint8Array) => ({
  ...suite,
  pskCallback: (_socket: TLSSocket, given: string) => (given === identity ? secret : null),
});

export const connectingTls = ({ secret }: Pick<DirectAddress, 'secret'>) => ({
  ...suite,
  pskCallback: () => ({ psk: secret, identity }),
  /** There is no certificate to look at: the key is the identity. */
  checkServerIdentity: () => undefined,
});

/** What only the two ends of this very connection know (RFC 5705): who signs it is at the other end, not somewhere else. */
export const bindingOf = (socket: TLSSocket): string =>
  socket.exportKeyingMaterial(32, 'EXPORTER-benchmate-direct', Buffer.alloc(0)).toString('base64url');
