import * as Y from 'yjs';
import { teamOf } from '@benchmate/shared/documents/document-id';
import type { FeedVector } from '@benchmate/shared/facts/entry';
import { fromBase64Url, toBase64Url } from '@benchmate/shared/facts/keys';
import { bundleLines, emptyUpdateBytes } from '../../features/bundles/contents.ts';
import { coversDocument, type Coverage, type DocumentVector } from '../../features/bundles/coverage.ts';
import { headLine, type HeadLine } from '../../features/bundles/lines.ts';
import { isAuthor } from '../../features/bundles/take-in.ts';
import { writeBundleFile } from '../../features/bundles/write-file.ts';
import type { DocumentHub } from '../documents/hub.ts';
import type { DocumentStore } from '../documents/store.ts';
import type { FeedReplica } from '../feeds/replica.ts';
import { SecondHistories } from '../feeds/second-histories.ts';

export interface CoverageParts {
  replica: FeedReplica;
  documents: DocumentStore;
  hub: DocumentHub;
  now: () => number;
  /** Something may be lacking over there. */
  changed: () => void;
}

/** What the other end has, as far as is known here, and files of what it lacks. */
export class PeerCoverage {
  readonly #parts: CoverageParts;
  readonly #detach: (() => void)[] = [];
  readonly #watched = new Map<string, () => void>();
  /** Documents to look at, and how often each changed since the last look. */
  readonly #changed = new Map<string, number>();
  #feeds: FeedVector | null = null;
  readonly #secondHistories = new SecondHistories();
  #documents = new Map<string, string>();

  constructor(parts: CoverageParts) {
    this.#parts = parts;
    const { replica, hub } = parts;
    this.#detach.push(
      replica.onEntries(() => parts.changed()),
      hub.onOpen((id, doc) => {
        if (teamOf(id) !== replica.teamId) return;
        const note = () => {
          this.#changed.set(id, (this.#changed.get(id) ?? 0) + 1);
          parts.changed();
        };
        doc.on('update', note);
        this.#watched.set(id, () => doc.off('update', note)); // a document that was unloaded hears nothing any more
      }),
    );
  }

  /** What is held here. */
  async have(): Promise<HeadLine['have']> {
    const { replica, documents, hub } = this.#parts;
    const vectors: Record<string, string> = {};
    for (const id of documents.list(replica.teamId)) {
      vectors[id] = hub.read(id, doc => toBase64Url(Y.encodeStateVector(doc)));
      await othersFirst();
    }
    return { feeds: replica.stored, heads: replica.heads, documents: vectors };
  }

  /** As the other end says. */
  set({ feeds, heads, documents }: HeadLine['have']): void {
    const { replica, documents: stored } = this.#parts;
    this.#feeds = feeds;
    this.contradicted(replica.feeds.contradicted(feeds, heads));
    this.#documents = new Map(Object.entries(documents));
    for (const id of stored.list(replica.teamId)) this.#changed.set(id, 1);
  }

  /** The other end holds other entries under these numbers (F4). */
  contradicted(numbers: FeedVector): void {
    if (this.#feeds) this.#feeds = this.#secondHistories.less(this.#feeds, numbers);
    this.#secondHistories.answered(numbers);
  }

  /** Documents that wait to be looked at, before a file of the other end is taken in. */
  waiting(): ReadonlySet<string> {
    return new Set(this.#changed.keys());
  }

  /** What a file of the other end holds, it has: nothing of that is sent back. `before`: what waited before it was taken in. */
  took(holds: Coverage, before: ReadonlySet<string>): void {
    const { hub } = this.#parts;
    if (this.#feeds) this.#feeds = holds.overFeeds(this.#feeds);
    for (const id of holds.documents.keys()) {
      const known = fromBase64Url(this.#documents.get(id) ?? '');
      const had: DocumentVector = known && known.length > 0 ? Y.decodeStateVector(known) : new Map<number, number>();
      const vector = holds.overDocument(id, had);
      this.#documents.set(id, toBase64Url(Y.encodeStateVector(vector)));
      const held = hub.read(id, doc => Y.decodeStateVector(Y.encodeStateVector(doc)));
      if (!before.has(id) && this.#changed.get(id) === 1 && coversDocument(vector, held)) this.#changed.delete(id);
    }
  }

  /** Writes what the other end lacks into a file, and counts it as held there. Answers false when there is nothing. */
  async writeLacking(file: string, signal: AbortSignal): Promise<boolean> {
    const { replica, documents, hub, now } = this.#parts;
    const feeds = this.#feeds;
    if (!feeds) return false;
    const lacking = isAuthor(replica, replica.keys.device) ? await this.#lacking() : [];
    if (lacking.length === 0 && replica.storedAfter(feeds).length === 0) return false;
    const had = {
      feeds,
      documents: Object.fromEntries(lacking.map(id => [id, this.#documents.get(id) ?? ''])),
    };
    const lines = bundleLines(
      { replica, documents, hub, now },
      { had, contents: true, documents: lacking },
      { signal, tell: () => {}, counts: { entries: 0, documents: 0 } },
    );
    const heard = this.#heard(lines);
    await writeBundleFile(heard, { file, replace: true, lock: null, mode: 0o600, signal });
    return true;
  }

  dispose(): void {
    for (const detach of [...this.#detach.splice(0), ...this.#watched.values()]) detach();
  }

  async #lacking(): Promise<string[]> {
    const { hub } = this.#parts;
    const lacking: string[] = [];
    for (const id of this.#changed.keys()) {
      this.#changed.delete(id);
      const vector = fromBase64Url(this.#documents.get(id) ?? '');
      const known = vector && vector.length > 0 ? vector : undefined;
      const update = hub.read(id, doc => Y.encodeStateAsUpdate(doc, known));
      if (update.length > emptyUpdateBytes) lacking.push(id);
      await othersFirst();
    }
    return lacking;
  }

  async *#heard(lines: AsyncIterable<string>): AsyncGenerator<string> {
    let isFirst = true;
    for await (const line of lines) {
      if (isFirst) {
        const { have } = headLine.parse(JSON.parse(line));
        this.#feeds = have.feeds;
        for (const [id, vector] of Object.entries(have.documents)) this.#documents.set(id, vector);
      }
      isFirst = false;
      yield line;
    }
  }
}

/** Whatever else the engine has to do comes between two documents. */
const othersFirst = () => new Promise<void>(resolve => setImmediate(resolve));
