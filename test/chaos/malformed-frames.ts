import * as Y from 'yjs';
import { awarenessFrame, step1Frame, step2Frame, updateFrame } from '../../sync-server/src/rooms/frames.ts';
import { opcode, webSocketFrame } from './raw-peer.ts';

/** Bytes of a connection after its handshake, of which the last end it for certain, and what was done to the good ones. */
export interface Malformed {
  kind: string;
  bytes: Buffer;
  /** The line ends after it: it may have begun a frame that goes on. */
  isLast: boolean;
}

/** What is no frame of ours: the server has to end the connection. */
const sentinel = webSocketFrame(Buffer.of(77));
const oversizedBytes = 2_000_000;
const reserved = 0x40;
const onTheLine = 'random bytes on the line';

type Roll = (sides: number) => number;

/** Frames of y-websocket and of WebSocket itself as a broken or hostile client sends them. */
export class MalformedFrames {
  readonly #roll: Roll;
  readonly #good = samples();
  readonly #kinds: readonly [string, () => Buffer][];

  constructor(dice: () => number) {
    const roll: Roll = sides => Math.floor(dice() * sides);
    this.#roll = roll;
    this.#kinds = [
      ['random', () => webSocketFrame(this.#random(200))],
      ['truncated', () => webSocketFrame(this.#sample().subarray(0, roll(this.#sample().length)))],
      ['bit-flipped', () => webSocketFrame(this.#flipped())],
      ['bit-flipped', () => webSocketFrame(this.#flipped())],
      ['false length', () => webSocketFrame(this.#falseLength())],
      ['text', () => webSocketFrame(this.#random(50), 0x80 | opcode.text)],
      ['reserved bit', () => webSocketFrame(this.#sample(), 0x80 | reserved | opcode.binary)],
      ['unknown opcode', () => webSocketFrame(this.#sample(), 0x80 | (3 + roll(5)))],
      ['continuation of nothing', () => webSocketFrame(this.#sample(), 0x80 | opcode.continuation)],
      ['control frame in parts', () => webSocketFrame(this.#random(20), opcode.ping)],
      ['close with a code that does not exist', () => webSocketFrame(Buffer.of(0, roll(256)), 0x80 | opcode.close)],
      ['without a mask', () => Buffer.concat([Buffer.of(0x82, 3), this.#random(3)])],
      ['longer than any document', () => Buffer.concat([Buffer.of(0x82, 0xff), Buffer.alloc(8, 1 + roll(100))])],
      [onTheLine, () => this.#random(300)],
    ];
  }

  next(): Malformed {
    // Rare, because each takes as long as a thousand others.
    const isOversized = this.#roll(1000) === 0;
    const [kind, make] = isOversized ? oversized : this.#kinds[this.#roll(this.#kinds.length)]!;
    return { kind, bytes: Buffer.concat([make(), sentinel, sentinel]), isLast: kind === onTheLine };
  }

  #sample(): Buffer {
    return Buffer.from(this.#good[this.#roll(this.#good.length)]!);
  }

  #random(most: number): Buffer {
    return Buffer.from(Array.from({ length: 1 + this.#roll(most) }, () => this.#roll(256)));
  }

  #flipped(): Buffer {
    const frame = this.#sample();
    for (let flips = 1 + this.#roll(3); flips > 0; flips--) frame[this.#roll(frame.length)]! ^= 1 << this.#roll(8);
    return frame;
  }

  #falseLength(): Buffer {
    const frame = this.#sample();
    return Buffer.concat([frame.subarray(0, 2), Buffer.from([255, 255, 255, 255, this.#roll(128)]), frame.subarray(2)]);
  }
}

/** Well formed, and larger than an update may be. */
const oversized = [
  'oversized',
  () => {
    const doc = new Y.Doc();
    doc.getText('body').insert(0, 'x'.repeat(oversizedBytes));
    return webSocketFrame(updateFrame(Y.encodeStateAsUpdate(doc)));
  },
] as const;

function samples(): Uint8Array[] {
  const doc = new Y.Doc();
  doc.getText('body').insert(0, 'some words');
  doc.getText('body').delete(2, 3);
  doc.getMap('threads').set('t', new Y.Map([['anchor', { line: 3 }]]));
  const state = Y.encodeStateAsUpdate(doc);
  const awareness = Buffer.from([1, 7, 1, 2, ...Buffer.from('{}')]);
  return [updateFrame(state), step2Frame(state), step1Frame(Y.encodeStateVector(doc)), awarenessFrame(awareness)];
}
