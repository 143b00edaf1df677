import { open, type FileHandle } from 'node:fs/promises';

export interface LogPart {
  text: string;
  nextOffset: number;
  sizeBytes: number;
}

/**
 * Bytes of a UTF-8 file from `offset` on, at most `limit`, cut at a character: `text` of consecutive parts can simply be
 * joined. A first character longer than `limit` is given whole. What is not UTF-8 becomes U+FFFD. `complete` says that
 * nothing will be appended any more, so that a character cut off at the end of the file is not waited for.
 */
export async function readLog(file: string, offset: number, limit: number, complete: boolean): Promise<LogPart> {
  let handle: FileHandle;
  try {
    handle = await open(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { text: '', nextOffset: offset, sizeBytes: 0 };
    throw error;
  }
  try {
    const { size } = await handle.stat();
    const buffer = Buffer.alloc(Math.max(0, Math.min(limit + 3, size - offset)));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, offset);
    const bytes = buffer.subarray(0, bytesRead);
    const atEnd = complete && offset + bytesRead >= size;
    const end = atEnd && bytesRead <= limit ? bytesRead : cutAt(bytes, limit) || (atEnd ? bytesRead : 0);
    return { text: bytes.subarray(0, end).toString('utf8'), nextOffset: offset + end, sizeBytes: size };
  } finally {
    await handle.close();
  }
}

/** The last boundary between characters at or before `limit`; after the first character when that one is longer. */
function cutAt(bytes: Buffer, limit: number): number {
  const wanted = Math.min(limit, bytes.length);
  for (let start = wanted - 1; start >= 0 && start >= wanted - 4; start--) {
    const length = sequenceLength(bytes[start]!);
    if (length === 0) continue; // a continuation byte: look further left for the first of its character
    const end = start + length;
    if (end <= wanted) return wanted; // whole, or followed by stray bytes
    return start > 0 ? start : end <= bytes.length ? end : 0;
  }
  return wanted;
}

function sequenceLength(byte: number): number {
  if (byte < 0x80 || byte >= 0xf8) return 1;
  if (byte < 0xc0) return 0;
  return byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}
