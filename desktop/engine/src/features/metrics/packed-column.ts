import { deflateRawSync, inflateRawSync } from 'node:zlib';

/**
 * One column of numbers as bytes, exactly. First a byte for the kind, then
 * - regular: the first number and the difference from each to the next (16 bytes), whatever the length;
 * - the others: a length of 4 bytes and so many bytes: differences as 32-bit integers after the first number, or the numbers
 *   as 32-bit or 64-bit floats, whichever is the shortest that loses nothing.
 * With the bit `deflated` the bytes were sorted by significance and deflated, where that saves an eighth at least: values of
 * a training run are mostly noise below their first digits, and what does not shrink is read without any work.
 * Numbers are little-endian, as on every processor that Node runs on.
 */
const kinds = { regular: 0, differences: 1, single: 2, double: 3 } as const;
const deflated = 16;
/** Of fewer bytes too little could be saved for the time it takes: the extremes of a block are a few points. */
const worthDeflating = 128;

export function packColumn(numbers: Float64Array): Buffer {
  const regular = asRegular(numbers);
  if (regular) return regular;
  const differences = asDifferences(numbers);
  if (differences) return packed(kinds.differences, differences, numbers[0]);
  const single = new Float32Array(numbers);
  return single.every((value, index) => Object.is(value, numbers[index]))
    ? packed(kinds.single, single)
    : packed(kinds.double, numbers);
}

/** Reads one column of `target.length` numbers at `offset`; answers the offset behind it. */
export function unpackColumn(bytes: Buffer, offset: number, target: Float64Array): number {
  const kind = bytes.readUInt8(offset++);
  if (kind === kinds.regular) {
    const [first, step] = [bytes.readDoubleLE(offset), bytes.readDoubleLE(offset + 8)];
    if (step === 0) target.fill(first);
    else for (let i = 0; i < target.length; i++) target[i] = first + i * step;
    return offset + 16;
  }
  const length = bytes.readUInt32LE(offset);
  offset += 4;
  const body = bytes.subarray(offset, offset + length);
  switch (kind & ~deflated) {
    case kinds.differences: {
      let value = body.readDoubleLE(0);
      const steps = read(body.subarray(8), kind, 4, target.length - 1);
      target[0] = value;
      const integers = new Int32Array(steps.buffer, steps.byteOffset, target.length - 1);
      for (let i = 0; i < integers.length; i++) target[i + 1] = value += integers[i]!;
      break;
    }
    case kinds.single: {
      const values = read(body, kind, 4, target.length);
      target.set(new Float32Array(values.buffer, values.byteOffset, target.length));
      break;
    }
    default:
      new Uint8Array(target.buffer, target.byteOffset, target.byteLength).set(read(body, kind, 8, target.length));
  }
  return offset + length;
}

function asRegular(numbers: Float64Array): Buffer | null {
  const first = numbers[0] ?? 0;
  const step = numbers.length > 1 && !Object.is(numbers[1], first) ? numbers[1]! - first : 0;
  const same = step === 0;
  if (!numbers.every((value, i) => Object.is(value, same ? first : first + i * step))) return null;
  const bytes = Buffer.alloc(17, kinds.regular);
  bytes.writeDoubleLE(first, 1);
  bytes.writeDoubleLE(step, 9);
  return bytes;
}

/** Whole numbers that do not jump far. */
function asDifferences(numbers: Float64Array): Int32Array | null {
  const differences = new Int32Array(numbers.length - 1);
  if (!Number.isSafeInteger(numbers[0]) || Object.is(numbers[0], -0)) return null;
  for (let i = 1; i < numbers.length; i++) {
    const difference = numbers[i]! - numbers[i - 1]!;
    if (!Number.isSafeInteger(numbers[i]) || Object.is(numbers[i], -0) || difference !== (difference | 0)) return null;
    differences[i - 1] = difference;
  }
  return differences;
}

function packed(kind: number, numbers: Int32Array | Float32Array | Float64Array, first?: number): Buffer {
  const plain = Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  const small = plain.length < worthDeflating ? plain : deflate(plain, numbers.BYTES_PER_ELEMENT);
  const saves = small.length <= (plain.length * 7) / 8;
  const body = saves ? small : plain;
  const lead = first === undefined ? 0 : 8;
  const head = Buffer.alloc(5 + lead);
  head.writeUInt8(saves ? kind | deflated : kind, 0);
  head.writeUInt32LE(body.length + lead, 1);
  if (first !== undefined) head.writeDoubleLE(first, 5);
  return Buffer.concat([head, body]);
}

const deflate = (plain: Buffer, width: number) => deflateRawSync(bySignificance(plain, width), { level: 6 });

/** The plain bytes, in memory of their own and so aligned. */
function read(body: Buffer, kind: number, width: number, count: number): Uint8Array {
  if (!(kind & deflated)) return Uint8Array.prototype.slice.call(body);
  const sorted = inflateRawSync(body, { maxOutputLength: width * count });
  const plain = new Uint8Array(width * count);
  for (let byte = 0; byte < width; byte++)
    for (let i = 0, from = byte * count, to = byte; i < count; i++, to += width) plain[to] = sorted[from + i]!;
  return plain;
}

/** All lowest bytes, then all second ones, … : bytes that are alike come together. */
function bySignificance(plain: Buffer, width: number): Buffer {
  const count = plain.length / width;
  const sorted = Buffer.alloc(plain.length);
  for (let byte = 0; byte < width; byte++)
    for (let i = 0, to = byte * count, from = byte; i < count; i++, from += width) sorted[to + i] = plain[from]!;
  return sorted;
}
