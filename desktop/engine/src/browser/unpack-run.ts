import { sharedRun, type SharedRun } from '@benchmate/shared/domain/shared-run';

/** What a teammate's bytes may become. */
const mostUnpackedBytes = 32 * 1024 * 1024;

/** Null for what is no run of this version; says nothing of who wrote it. */
export async function unpackRun(bytes: Uint8Array): Promise<SharedRun | null> {
  try {
    const unpacking = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(new DecompressionStream('gzip'));
    const parts: Uint8Array<ArrayBuffer>[] = [];
    let size = 0;
    for (const reader = unpacking.getReader(); ;) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.length;
      if (size > mostUnpackedBytes) return null;
      parts.push(value);
    }
    return sharedRun.parse(JSON.parse(await new Blob(parts).text()));
  } catch {
    return null;
  }
}
