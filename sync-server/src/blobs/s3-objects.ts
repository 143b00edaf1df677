import type { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { BlobObjects, Upload } from './ports.ts';

/** Objects of an S3-compatible store, below `blobs/` of one bucket, as multipart uploads. */
export class S3Objects implements BlobObjects {
  readonly #client: S3Client;
  readonly #bucket: string;

  private constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  /**
   * `address`: `https://s3.example.org/bucket`. Who asks is told by the usual variables and files of AWS (AWS_ACCESS_KEY_ID, a
   * role of the machine …), and so is the region. Throws BAD_REQUEST, OFFLINE, or FORBIDDEN when the bucket does not let us in.
   */
  static async open(address: string): Promise<S3Objects> {
    const { endpoint, bucket } = partsOf(address);
    const client = new S3Client({
      endpoint,
      region: process.env['AWS_REGION'] ?? 'us-east-1',
      forcePathStyle: true,
      maxAttempts: 4,
      // Checksums of 2025 are not known to every compatible store; content is verified by SHA-256 anyway.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: { connectionTimeout: 5000, requestTimeout: 60_000 },
    });
    const objects = new S3Objects(client, bucket);
    await client.send(new HeadBucketCommand({ Bucket: bucket })).catch((error: unknown) => {
      client.destroy();
      throw isMissing(error) ? noBucket(bucket) : coded(error);
    });
    return objects;
  }

  async begin(name: string): Promise<string> {
    const { UploadId } = await this.#coded(this.#client.send(new CreateMultipartUploadCommand(this.#at(name))));
    return UploadId!;
  }

  async part({ id, handle }: Upload, number: number, bytes: Uint8Array): Promise<string> {
    const request = { ...this.#at(id), UploadId: handle, PartNumber: number, Body: bytes };
    const { ETag } = await this.#coded(this.#client.send(new UploadPartCommand(request)));
    return ETag!;
  }

  async keepTail({ id }: Upload, bytes: Uint8Array): Promise<void> {
    await this.#coded(this.#client.send(new PutObjectCommand({ ...this.#at(`${id}.tail`), Body: bytes })));
  }

  async tail({ id, tailBytes }: Upload): Promise<Uint8Array> {
    if (tailBytes === 0) return new Uint8Array();
    const { Body } = await this.#coded(this.#client.send(new GetObjectCommand(this.#at(`${id}.tail`))));
    return (await Body!.transformToByteArray()).subarray(0, tailBytes);
  }

  async finish(upload: Upload): Promise<void> {
    const { id, handle, tags } = upload;
    if (tags.length === 0) {
      await this.#abort(upload);
      await this.#coded(this.#client.send(new PutObjectCommand({ ...this.#at(id), Body: new Uint8Array() })));
      return;
    }
    const Parts = tags.map((ETag, index) => ({ ETag, PartNumber: index + 1 }));
    const complete = new CompleteMultipartUploadCommand({
      ...this.#at(id),
      UploadId: handle,
      MultipartUpload: { Parts },
    });
    await this.#client.send(complete).catch(async (error: unknown) => {
      const there = await this.#client.send(new HeadObjectCommand(this.#at(id))).catch(() => null);
      if (!there) throw coded(error); // else it was finished before a crash
    });
    await this.remove(`${id}.tail`);
  }

  async abandon(upload: Upload): Promise<void> {
    await this.#abort(upload);
    for (const name of [upload.id, `${upload.id}.tail`]) await this.remove(name);
  }

  async has(name: string, sizeBytes: number): Promise<boolean> {
    try {
      return (await this.#client.send(new HeadObjectCommand(this.#at(name)))).ContentLength === sizeBytes;
    } catch (error) {
      if (isMissing(error)) return false;
      throw coded(error);
    }
  }

  async read(name: string, start: number, end: number): Promise<Readable> {
    const request = new GetObjectCommand({ ...this.#at(name), Range: `bytes=${start}-${end}` });
    const { Body } = await this.#coded(this.#client.send(request));
    return Body as Readable;
  }

  async remove(name: string): Promise<void> {
    await this.#coded(this.#client.send(new DeleteObjectCommand(this.#at(name))));
  }

  async #abort({ id, handle }: Upload): Promise<void> {
    try {
      await this.#client.send(new AbortMultipartUploadCommand({ ...this.#at(id), UploadId: handle }));
    } catch (error) {
      if (!isMissing(error)) throw coded(error);
    }
  }

  #at(name: string) {
    return { Bucket: this.#bucket, Key: `blobs/${name}` };
  }

  async #coded<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      throw coded(error);
    }
  }
}

function partsOf(address: string): { endpoint: string; bucket: string } {
  const url = URL.canParse(address) ? new URL(address) : null;
  const [, bucket] = /^\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/?$/.exec(url?.pathname ?? '') ?? [];
  if (!url || !bucket || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash)
    throw new BenchmateError(
      'BAD_REQUEST',
      'The address of the object store is not one.',
      'Write it as https://s3.example.org/bucket; keys go into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
    );
  return { endpoint: url.origin, bucket };
}

const noBucket = (bucket: string) =>
  new BenchmateError('BAD_REQUEST', `The object store has no bucket ${bucket}.`, 'Make it, or name another.');

const statusOf = (error: unknown) =>
  (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? 0;
const isMissing = (error: unknown) => statusOf(error) === 404;

/** Never with the request: it may hold a key. */
function coded(cause: unknown): BenchmateError {
  if (cause instanceof BenchmateError) return cause;
  const { name } = cause as Error;
  if (isMissing(cause)) return new BenchmateError('NOT_FOUND', 'The content is not there any more.', '', { cause });
  if (statusOf(cause) === 401 || statusOf(cause) === 403 || name === 'CredentialsProviderError')
    return new BenchmateError(
      'FORBIDDEN',
      'The object store does not let the sync server in.',
      'Look at AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and at the rights that they give.',
      { cause },
    );
  return new BenchmateError(
    'OFFLINE',
    'The object store does not answer as it should.',
    'Look at it, then try again.',
    {
      cause,
    },
  );
}
