import type { ErrorShape } from '@benchmate/shared/errors/benchmate-error';

/** What the storage thread is started with. */
export interface SqliteThreadData {
  dataDir: string;
  maxBytes: number | null;
}

/** One call of a method of `Storage`. */
export interface StorageCall {
  part: 'blocked' | 'cells' | 'documents' | 'entries' | 'blobs' | 'storage';
  method: string;
  args: readonly unknown[];
}

export type StorageReply = { result: unknown } | { error: ErrorShape };

/** The first message says whether the store could be opened; then each message of calls is answered with one, in their order. */
export type FromSqliteThread = { opened: true } | { refused: ErrorShape } | { replies: readonly StorageReply[] };
