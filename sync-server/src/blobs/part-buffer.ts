import { blobPartBytes } from '@benchmate/shared/protocol/blobs-wire';

/** Gathers what arrives into parts, so that an upload takes the memory of one part however large it is. */
export class PartBuffer {
  #chunks: Uint8Array[] = [];
  #sizeBytes = 0;

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** The parts that became whole. */
  *add(bytes: Uint8Array): Generator<Uint8Array> {
    let rest = bytes;
    while (this.#sizeBytes + rest.length >= blobPartBytes) {
      const end = blobPartBytes - this.#sizeBytes;
      this.#push(rest.subarray(0, end));
      rest = rest.subarray(end);
      yield this.take();
    }
    this.#push(rest);
  }

  /** What is here of the part that is not whole. */
  take(): Uint8Array {
    const part = Buffer.concat(this.#chunks, this.#sizeBytes);
    this.#chunks = [];
    this.#sizeBytes = 0;
    return part;
  }

  #push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#chunks.push(bytes);
    this.#sizeBytes += bytes.length;
  }
}
