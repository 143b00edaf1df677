import * as vscode from 'vscode';
import type { Draft } from '@benchmate/shared/domain/draft';
import { LiveMap } from '../../engine/live-map.ts';
import { listen } from '../../engine/subscribe.ts';
import type { Part } from '../../host/part.ts';

/** This device's drafts, as the engine says; none while there is no engine. */
export class DraftsCache {
  readonly #changed = new vscode.EventEmitter<Draft | undefined>();
  /** With the draft that changed or is gone; undefined for all. */
  readonly onDidChange = this.#changed.event;
  readonly #drafts: LiveMap<Draft>;

  constructor(part: Part) {
    part.context.subscriptions.push(this.#changed);
    this.#drafts = new LiveMap(part, {
      keyOf: ({ draftId }) => draftId,
      isGone: ({ gone }) => gone,
      read: client => client.drafts.list.query({}),
      follow: (client, take, readAgain) =>
        listen(client.drafts.changes, undefined, { next: draft => take([draft]), connected: readAgain }),
      changed: draft => this.#changed.fire(draft),
      failed: 'Drafts could not be read',
    });
  }

  /** Newest first. */
  get all(): Draft[] {
    return this.#drafts.values().sort((a, b) => b.createdAt - a.createdAt);
  }

  get(draftId: string): Draft | undefined {
    return this.#drafts.get(draftId);
  }
}
