import { seeded } from '../support/dice.ts';
import { MalformedFrames } from './malformed-frames.ts';
import { RawPeer } from './raw-peer.ts';

export interface Attack {
  url: string;
  document: string;
  /** Each over a connection of its own, so that none is behind one that has ended the connection. */
  frames: number;
  seed: number;
}

/** By what was wrong with a frame: with which code its connection ended, and how often. */
export type CloseCodes = Record<string, Record<number, number>>;

const atOnce = 16;

/** Sends malformed frames, and waits for the end of each connection. */
export async function attack({ url, document, frames, seed }: Attack): Promise<CloseCodes> {
  const malformed = new MalformedFrames(seeded(seed));
  const codes: CloseCodes = {};
  let left = frames;
  const attackers = Array.from({ length: atOnce }, async () => {
    while (left-- > 0) {
      const { kind, bytes, isLast } = malformed.next();
      const peer = await RawPeer.open(url, document);
      peer.write(bytes, isLast);
      const code = await peer.closeCode();
      const counts = (codes[kind] ??= {});
      counts[code] = (counts[code] ?? 0) + 1;
    }
  });
  await Promise.all(attackers);
  return codes;
}

/** What a server may end a malformed connection with; 1006: the line ended in the middle of a frame. */
export const allowedCodes = [1002, 1006, 1007, 1009, 4400, 4413];
