import type { ErrorShape } from '@benchmate/shared/errors/benchmate-error';

/** What the storage thread is started with. */
export interface SqliteThreadData {
  dataDir: string;
  maxBytes: number | null;
}

/** One call of a method of `Storage`. */
export interface StorageCall {
  id: number;
  part: 'blocked' | 'cells' | 'documents' | 'entries' | 'blobs' | 'storage';
  method: string;
  args: readonly unknown[];
}

export type StorageReply = { id: number; result: unknown } | { id: number; error: ErrorShape };

/** Replies come in groups, as they were committed. The first message says whether the store could be opened. */
export type FromSqliteThread =
  { opened: true } | { refused: ErrorShape } | { replies: StorageReply[]; failure: ErrorShape | null };
