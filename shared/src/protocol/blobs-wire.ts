import { z } from 'zod';

/**
 * Blobs between an engine and the sync server, over HTTP with `Authorization: Bearer <ticket>` (`feeds-wire.ts`): content of
 * any size, named by its SHA-256. Each team sees its own alone: whether another team has the same content is not to be
 * learnt, though it is stored once.
 *
 * - `GET /~blobs/<team>/<id>`: the content; `Range: bytes=N-` goes on where a cut connection ended. NOT_FOUND when the
 *   team has no such blob, FORBIDDEN for whoever is no member, whatever the id.
 * - `POST /~blobs/<team>/<id>` with `blobUploadRequest`: begins an upload or finds the one that this device began; answers
 *   `blobUploadState`. Writers alone. TOO_LARGE, QUOTA_EXCEEDED.
 * - `PATCH /~blobs/<team>/<id>` with `Upload-Offset: N` and bytes from there on; answers `blobUploadState`. CONFLICT when the upload
 *   stands elsewhere: POST tells where. Whatever arrived before a cut is kept, a server that was killed forgets at most
 *   `blobPartBytes`. A blob can be read once all of it arrived and has the hash that its id says; else BAD_REQUEST, and nothing is kept.
 */
export const blobPath = (team: string, blob: string): string => `/~blobs/${team}/${blob}`;

/** SHA-256, hexadecimal. */
export const blobId = z.string().regex(/^[0-9a-f]{64}$/);

export const blobUploadRequest = z.object({ sizeBytes: z.number().int().min(0) });
export const blobUploadState = z.object({
  /** How many bytes are there. */
  offset: z.number().int().min(0),
  /** It can be read; nothing has to be sent. */
  complete: z.boolean(),
});
export type BlobUploadState = z.infer<typeof blobUploadState>;

export const uploadOffsetHeader = 'upload-offset';
export const blobPartBytes = 8 * 1024 * 1024;

/**
 * The files of a model version: itself a blob (JSON), named by the fact `model.version-shared`. From that signed fact
 * hashes lead to every byte. Paths are relative, with forward slashes; a reader checks them like any stranger's.
 */
export const blobManifest = z.object({
  v: z.literal(1),
  files: z
    .array(z.object({ path: z.string().min(1).max(1000), sizeBytes: z.number().int().min(0), blob: blobId }))
    .min(1)
    .max(10_000),
});
export type BlobManifest = z.infer<typeof blobManifest>;
export const manifestMaxBytes = 16_000_000;
