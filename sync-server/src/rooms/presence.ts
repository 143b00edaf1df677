import { createDecoder, readVarString, readVarUint } from 'lib0/decoding';
import { createEncoder, toUint8Array, writeVarString, writeVarUint } from 'lib0/encoding';

interface Peer {
  clientId: number;
  clock: number;
  state: string;
}

/**
 * Who looks at a document through one connection: the latest awareness states that came over it, in memory alone. They
 * greet newcomers, and when the connection ends everybody is told that they left.
 */
export class Presence {
  readonly #peers = new Map<number, Peer>();

  /** Throws for bytes that are no awareness update. */
  take(states: Uint8Array): void {
    const decoder = createDecoder(states);
    for (let count = readVarUint(decoder); count > 0; count--) {
      const peer = { clientId: readVarUint(decoder), clock: readVarUint(decoder), state: readVarString(decoder) };
      JSON.parse(peer.state);
      if (peer.state === 'null') this.#peers.delete(peer.clientId);
      else if (this.#peers.size < 16 || this.#peers.has(peer.clientId)) this.#peers.set(peer.clientId, peer);
    }
  }

  /** An awareness update for a newcomer; null when nobody is there. */
  greeting(): Uint8Array | null {
    return encode([...this.#peers.values()]);
  }

  /** An awareness update that says all have left. */
  farewell(): Uint8Array | null {
    return encode([...this.#peers.values()].map(peer => ({ ...peer, clock: peer.clock + 1, state: 'null' })));
  }
}

function encode(peers: readonly Peer[]): Uint8Array | null {
  if (peers.length === 0) return null;
  const encoder = createEncoder();
  writeVarUint(encoder, peers.length);
  for (const { clientId, clock, state } of peers) {
    writeVarUint(encoder, clientId);
    writeVarUint(encoder, clock);
    writeVarString(encoder, state);
  }
  return toUint8Array(encoder);
}
