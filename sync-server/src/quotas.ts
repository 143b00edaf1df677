import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { limits } from '@benchmate/shared/protocol/document-wire';

/** What one document, connection or team may take of a server that belongs to all. */
export interface Quotas {
  /** Of a document, as it is stored. */
  documentBytes: number;
  updateBytes: number;
  connectionsPerDocument: number;
  connections: number;
  /** Active members of a team. */
  members: number;
  /** What a connection may send on the average, and for how many seconds it may save that up. */
  framesPerSecond: number;
  bytesPerSecond: number;
  burstSeconds: number;
  /** A reader that lags so far behind is cut off; it comes back and gets the document as it is then. */
  backlogBytes: number;
  /** Of one file of a model, and of all files of a team. */
  blobBytes: number;
  teamBlobBytes: number;
  /** Files that are received at the same time; each takes some megabytes of memory. */
  blobUploads: number;
}

/** Throws BAD_REQUEST. */
export function readQuotas(settings: readonly string[]): Partial<Quotas> {
  return Object.fromEntries(settings.map(readQuota));
}

function readQuota(setting: string): [string, number] {
  const [name = '', text = ''] = setting.split('=', 2);
  const value = Number(text);
  if (!Object.hasOwn(defaultQuotas, name))
    throw new BenchmateError(
      'BAD_REQUEST',
      `There is no quota ${name}.`,
      `Choose one of ${Object.keys(defaultQuotas).join(', ')}.`,
    );
  if (!Number.isSafeInteger(value) || value <= 0)
    throw new BenchmateError('BAD_REQUEST', `${setting} is not a quota.`, `Write it as ${name}=1000.`);
  return [name, value];
}

export const defaultQuotas: Quotas = {
  documentBytes: limits.documentBytes,
  updateBytes: limits.updateBytes,
  connectionsPerDocument: 1000,
  connections: 20_000,
  members: 500,
  framesPerSecond: 2000,
  bytesPerSecond: 10_000_000,
  burstSeconds: 6,
  backlogBytes: 16_000_000,
  blobBytes: 10 * 2 ** 30,
  teamBlobBytes: 100 * 2 ** 30,
  blobUploads: 32,
};
