import * as Y from 'yjs';
import type { Entry, FeedVector } from '@benchmate/shared/facts/entry';
import { fromBase64Url } from '@benchmate/shared/facts/keys';

/** How far a place holds a document: clock per Yjs client. */
export type DocumentVector = Map<number, number>;

interface Span {
  from: number;
  to: number;
}

/** What a file holds: a span of numbers per feed, and a span of clocks per document and client. */
export class Coverage {
  readonly #feeds = new Map<string, Span>();
  readonly documents = new Map<string, Map<number, Span>>();

  /** Entries of one author come in rising order, without holes. */
  addEntries(entries: readonly Entry[]): void {
    for (const { author, seq } of entries) {
      const span = this.#feeds.get(author);
      this.#feeds.set(author, { from: span?.from ?? seq, to: seq });
    }
  }

  /** `update` as a line has it, base64url. */
  addUpdate(documentId: string, update: string): void {
    const { from, to } = Y.parseUpdateMeta(fromBase64Url(update) ?? new Uint8Array([0, 0]));
    const spans = this.documents.get(documentId) ?? new Map<number, Span>();
    for (const [client, end] of to) {
      const begin = from.get(client) ?? 0;
      const known = spans.get(client);
      spans.set(client, { from: Math.min(known?.from ?? begin, begin), to: Math.max(known?.to ?? end, end) });
    }
    this.documents.set(documentId, spans);
  }

  /** What a place holds with this file that held `feeds` before: numbers count from the first one without a hole. */
  overFeeds(feeds: FeedVector): FeedVector {
    const result = { ...feeds };
    for (const [author, { from, to }] of this.#feeds)
      if ((result[author] ?? 0) >= from - 1) result[author] = Math.max(result[author] ?? 0, to);
    return result;
  }

  overDocument(documentId: string, vector: DocumentVector): DocumentVector {
    const result = new Map(vector);
    for (const [client, { from, to }] of this.documents.get(documentId) ?? [])
      if ((result.get(client) ?? 0) >= from) result.set(client, Math.max(result.get(client) ?? 0, to));
    return result;
  }
}

/** Whether whoever holds `vector` lacks nothing that was inserted up to `wanted`. */
export const coversDocument = (vector: DocumentVector, wanted: DocumentVector): boolean =>
  [...wanted].every(([client, clock]) => (vector.get(client) ?? 0) >= clock);
