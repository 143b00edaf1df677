import type { Readable } from 'node:stream';

/** An upload under way: a device brings one blob for one team. */
export interface Upload {
  /** Random; the name of the object that it becomes. */
  id: string;
  team: string;
  device: string;
  /** What the content will have to hash to. */
  blob: string;
  sizeBytes: number;
  /** What the object store needs to go on with it. */
  handle: string;
  /** Of the whole parts that are stored, in order. */
  tags: string[];
  /** How much of the part after them is stored, since the connection was cut within it. */
  tailBytes: number;
}

export interface LinkedBlob {
  blob: string;
  object: string;
  sizeBytes: number;
}

/**
 * Which team has which blobs, and what is being uploaded. A blob is linked to every team that uploaded it itself, and its object
 * is stored once. Times are milliseconds since 1970 UTC. Every method settles after its commit.
 */
export interface BlobIndex {
  /** Null when this team has no such blob. */
  find(team: string, blob: string): Promise<LinkedBlob | null>;
  /** Whether the team has it; if so its grace time begins anew. */
  claim(team: string, blob: string): Promise<boolean>;
  /** The object of a blob is gone: no team has the blob until somebody brings it again. */
  lose(found: LinkedBlob): Promise<void>;
  /** Bytes of blobs and of uploads under way, at their full size. */
  usage(team: string): Promise<number>;
  upload(team: string, device: string, blob: string): Promise<Upload | null>;
  /** False, and nothing is noted, when the team would then use more than `quotaBytes` or this device has begun this blob already. */
  begin(upload: Upload, quotaBytes: number, at: number): Promise<boolean>;
  /** Notes the next whole part; the tail is part of it. False when somebody else went on with the upload meanwhile, or ended it. */
  addPart(upload: Upload, tag: string, at: number): Promise<boolean>;
  /** Notes what is stored of the next part. False as above. */
  setTail(upload: Upload, tailBytes: number, at: number): Promise<boolean>;
  /** Ends an upload whose object is whole and verified: the team can read the blob. Where the blob is stored already the new object is doomed. */
  complete(upload: Upload): Promise<void>;
  /** Forgets an upload. */
  drop(uploadId: string): Promise<void>;
  /** Uploads that nobody went on with since. */
  staleUploads(before: number): Promise<Upload[]>;
  /** Teams that have blobs. */
  teams(): Promise<string[]>;
  blobsOf(team: string): Promise<string[]>;
  /** The grace time of those blobs of a team that are not `referenced` begins, if it runs not yet; that of the others ends. */
  mark(team: string, referenced: ReadonlySet<string>, at: number): Promise<void>;
  /** Takes blobs from teams that did not refer to them since; objects of blobs that no team has are doomed. */
  sweep(before: number): Promise<void>;
  /** Objects to remove, which nobody can reach any more. */
  doomed(): Promise<string[]>;
  forget(object: string): Promise<void>;
  counts(): Promise<{ blobs: number; blobBytes: number }>;
}

/** Objects with names of 32 hexadecimal digits: written once in numbered parts of `blobPartBytes` (the last may be shorter), then only read. */
export interface BlobObjects {
  /** Begins an object, and gives its handle, which stays good for days and across restarts. */
  begin(name: string): Promise<string>;
  /** Stores a part, from 1, and gives its tag; the same number again replaces it. Settles when it is durable. */
  part(upload: Upload, number: number, bytes: Uint8Array): Promise<string>;
  /** Keeps the beginning of the part after the tagged ones; replaces what was kept before. */
  keepTail(upload: Upload, bytes: Uint8Array): Promise<void>;
  /** What was kept, or less of it where somebody else replaced it. */
  tail(upload: Upload): Promise<Uint8Array>;
  /** Makes the object of the tagged parts. Once more after a crash is no error. Rejects with NOT_FOUND when the parts are gone. */
  finish(upload: Upload): Promise<void>;
  /** Removes an object that was not finished, or was; what is not there is no error. */
  abandon(upload: Upload): Promise<void>;
  /** Whether a finished object is there, whole. */
  has(name: string, sizeBytes: number): Promise<boolean>;
  /** From `start` up to and including `end`. Rejects with NOT_FOUND. */
  read(name: string, start: number, end: number): Promise<Readable>;
  /** What is not there is no error. */
  remove(name: string): Promise<void>;
}
