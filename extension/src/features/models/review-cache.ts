import * as vscode from 'vscode';
import type { ModelReview } from '@benchmate/shared/domain/model-review';
import type { Thread } from '@benchmate/shared/domain/review';
import type { EngineClient } from '@benchmate/shared/protocol/engine';
import { listen } from '../../engine/subscribe.ts';
import type { Part } from '../../host/part.ts';

export interface VersionRef {
  model: string;
  version: number;
}

export interface ShownReview {
  review: ModelReview;
  /** Open ones, of the project that builds the model. */
  threads: Thread[];
}

interface Held {
  ref: VersionRef;
  /** Undefined when it is to be asked anew. */
  asked: Promise<ShownReview> | undefined;
  /** What was read last: rows say it until there is something newer. */
  known: ShownReview | undefined;
}

/** Many comments may arrive in a second, and a review is read as a whole. */
const togetherMs = 500;

/** Reviews of the versions that somebody opened in the view: asked for then, and again after what they speak of changed. */
export class ReviewCache {
  readonly #changed = new vscode.EventEmitter<VersionRef[]>();
  readonly onDidChange = this.#changed.event;
  readonly #held = new Map<string, Held>();
  readonly #waiting = new Set<Held>();
  #client: EngineClient | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor({ engine, context }: Part) {
    context.subscriptions.push(this.#changed, { dispose: () => clearTimeout(this.#timer) });
    engine.whileConnected(({ client }, until) => {
      this.#client = client;
      const next = ({ projectId }: Thread) => this.#soon(projectId);
      until.add(listen(client.reviews.changes, {}, { next, missed: () => this.#soon() }));
      until.add({ dispose: () => (this.#held.clear(), (this.#client = undefined)) });
    });
  }

  /** What was read last. */
  known({ model, version }: VersionRef): ShownReview | undefined {
    return this.#held.get(keyOf({ model, version }))?.known;
  }

  /** Rejects where the engine does not answer, or the version is gone; the next one asks again. */
  async load({ model, version }: VersionRef): Promise<ShownReview | undefined> {
    const client = this.#client;
    if (!client) return undefined;
    const key = keyOf({ model, version });
    const held = this.#held.get(key) ?? { ref: { model, version }, asked: undefined, known: undefined };
    this.#held.set(key, held);
    const asked = (held.asked ??= read(client, { model, version }));
    try {
      const shown = await asked;
      if (held.asked === asked) held.known = shown;
      return shown;
    } catch (error) {
      if (held.asked === asked) held.asked = undefined;
      throw error;
    }
  }

  /** Of one model, or of all: to be asked anew. */
  forget(model?: string): void {
    for (const held of this.#held.values()) if (model === undefined || held.ref.model === model) held.asked = undefined;
  }

  /** After threads of a project changed; without one, of any. */
  #soon(projectId?: string): void {
    for (const held of this.#held.values())
      if (projectId === undefined || !held.known || held.known.review.projectId === projectId) {
        held.asked = undefined;
        this.#waiting.add(held);
      }
    if (this.#timer || this.#waiting.size === 0) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      const refs = [...this.#waiting].map(({ ref }) => ref);
      this.#waiting.clear();
      this.#changed.fire(refs);
    }, togetherMs);
  }
}

async function read(client: EngineClient, ref: VersionRef): Promise<ShownReview> {
  const review = await client.modelReviews.show.query(ref);
  if (review.projectId === null || review.openThreads.length === 0) return { review, threads: [] };
  const open = new Set(review.openThreads);
  const threads = await client.reviews.threads.query({ projectId: review.projectId });
  return { review, threads: threads.filter(({ threadId }) => open.has(threadId)) };
}

const keyOf = ({ model, version }: VersionRef): string => `${version} ${model}`;
