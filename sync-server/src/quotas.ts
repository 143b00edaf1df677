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
};
