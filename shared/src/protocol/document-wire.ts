/**
 * Frames on a document's socket, on the engine and on the sync server: the y-websocket wire (y-protocols), each frame a
 * varuint type and its body. Types 0 to 3 are y-websocket's own. Type 8 is ours, sent only to clients that offered the
 * subprotocol `benchmate.acks`: a stock client would log it as unknown.
 */
export const frame = { sync: 0, awareness: 1, auth: 2, queryAwareness: 3, ack: 8 } as const;

/**
 * An `ack` body is one varuint: how many update frames (sync step 2 and update) of this connection are committed. It only
 * grows. Whoever does not ask for acks has the same promise in another form: a sync step 1 is answered by its step 2 only
 * after every update received before it on that connection is committed.
 */
export const acksSubprotocol = 'benchmate.acks';

/** A WebSocket subprotocol that carries a sync server's ticket: `benchmate.ticket.<ticket>`. Never in the URL: URLs get logged. */
export const ticketSubprotocolPrefix = 'benchmate.ticket.';
/** Likewise for the engine's token on `/documents/<document>`; the companion has a cookie instead. */
export const tokenSubprotocolPrefix = 'benchmate.token.';

/**
 * Close codes 4400 to 4499: y-websocket does not reconnect after them. `tooLarge`: one frame; `full`: the document would pass its
 * quota; `tooMany`: connections. Reconnecting helps after 1001 (the server stops), 1013 (`tryAgainLater`: it could not store or
 * read for now) and 4500 (`tooSlow`: this reader lagged too far behind).
 */
export const closeCode = {
  badRequest: 4400,
  unauthenticated: 4401,
  forbidden: 4403,
  tooLarge: 4413,
  full: 4414,
  tooMany: 4429,
  tooSlow: 4500,
  goingAway: 1001,
  tryAgainLater: 1013,
} as const;

export const limits = { updateBytes: 1_000_000, documentBytes: 50_000_000 } as const;
