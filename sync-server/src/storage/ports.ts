import type { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Entry } from '@benchmate/shared/facts/entry';
import type { HeldEntry } from '@benchmate/shared/facts/entry-hash';
import type { BlobIndex } from '../blobs/ports.ts';

/** A document as it is stored: merged, `parts` are the document. */
export interface StoredDocument {
  /** The snapshot, if there is one, then the updates after it, in order. Empty for a document that was never written. */
  parts: Uint8Array[];
  /** Number of the last update that the snapshot holds; 0 without a snapshot. */
  base: number;
  /** Number of the last of all updates; 0 when there is none. */
  last: number;
  snapshotBytes: number;
  /** How many updates there are after the snapshot. */
  updates: number;
  /** Of all parts. */
  bytes: number;
}

/**
 * Documents as numbered logs of updates. Within a document numbers grow in the order of the commits, so whoever has seen number
 * n misses exactly what is numbered above n.
 */
export interface DocumentStore {
  /** Settles after the commit. Rejects with DISK_FULL or another coded error; then nothing of it is stored. */
  append(name: string, update: Uint8Array): Promise<number>;
  /** Everything that was appended before is committed and among it. */
  read(name: string): Promise<StoredDocument>;
  /** Updates numbered above `number`, in order; null when a snapshot has swallowed some of them. */
  after(name: string, number: number): Promise<{ updates: Uint8Array[]; last: number } | null>;
  /** Number of the last update of each; without those that were never written. */
  heads(names: readonly string[]): Promise<Record<string, number>>;
  /** Puts `state` in the place of what `read` gave. False, and nothing changed, when somebody else did so meanwhile. */
  replace(name: string, state: Uint8Array, read: Pick<StoredDocument, 'base' | 'last'>): Promise<boolean>;
  /** Settles when everything that was appended before is committed. */
  settled(): Promise<void>;
  count(): Promise<number>;
  /** Of all documents, in order. */
  names(): Promise<string[]>;
  /** The largest documents, by stored bytes. */
  largest(limit: number): Promise<{ name: string; bytes: number; updates: number }[]>;
}

/** The feeds' entries of all teams. */
export interface EntryStore {
  /** All or nothing; settles after the commit. An entry that is there already is left out; another under its number rejects with CONFLICT. */
  append(team: string, entries: readonly HeldEntry[]): Promise<void>;
  /** By author, in order of `seq`. */
  ofTeam(team: string): Promise<Entry[]>;
  teams(): Promise<string[]>;
  counts(): Promise<{ teams: number; entries: number }>;
}

/** Devices that an operator keeps out of this server, whatever their teams say. Times are milliseconds since 1970 UTC. */
export interface BlockedDevices {
  /** Settles after the commit. A device that is blocked already stays as it is. */
  block(device: string, at: number): Promise<void>;
  /** Whether it was blocked. */
  unblock(device: string): Promise<boolean>;
  all(): Promise<{ device: string; at: number }[]>;
}

export interface Cell {
  value: string;
  /** Counts the changes, from 1. */
  version: number;
  /** Milliseconds since 1970 UTC. */
  expiresAt: number;
}

/** Small values that do not live long, and that several processes change: nobody overwrites what they have not read. */
export interface Cells {
  /** Also one that has expired and was not forgotten yet. */
  read(key: string): Promise<Cell | null>;
  /** Settles after the commit. `version`: of what was read, 0 for nothing. False, and nothing changed, when there is another by now. */
  write(key: string, value: string, meta: Omit<Cell, 'value'>): Promise<boolean>;
  /** Deletes what expired until then. */
  forget(before: number): Promise<void>;
}

/** Everything that a sync server keeps. */
export interface Storage {
  readonly documents: DocumentStore;
  readonly entries: EntryStore;
  readonly blobs: BlobIndex;
  readonly blocked: BlockedDevices;
  readonly cells: Cells;
  /** Why the last write was refused; null while all goes well. */
  readonly failure: BenchmateError | null;
  /** A random value of 32 bytes, the same for every process on this storage, made when it is first asked for. */
  secret(name: string): Promise<Uint8Array>;
  /** What all of it takes on its disk. */
  storedBytes(): Promise<number>;
  /** Commits what is waiting, and frees everything. */
  close(): Promise<void>;
}
