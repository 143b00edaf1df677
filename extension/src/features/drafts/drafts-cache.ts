import * as vscode from 'vscode';
import type { Draft } from '@benchmate/shared/domain/draft';
import { Overtaking } from '@benchmate/shared/protocol/overtaking';
import { listen } from '../../engine/subscribe.ts';
import type { Part } from '../../host/part.ts';

/** This device's drafts, as the engine says; none while there is no engine. */
export class DraftsCache {
  readonly #changed = new vscode.EventEmitter<Draft | undefined>();
  /** With the draft that changed or is gone; undefined for all. */
  readonly onDidChange = this.#changed.event;
  readonly #drafts = new Map<string, Draft>();

  constructor({ engine, report, context }: Part) {
    context.subscriptions.push(this.#changed);
    engine.whileConnected(({ client }, until) => {
      const overtaking = new Overtaking();
      const load = async () => {
        const isOvertaken = overtaking.begin();
        try {
          const drafts = await client.drafts.list.query({});
          if (until.ended) return;
          for (const id of this.#drafts.keys()) if (!isOvertaken(id)) this.#drafts.delete(id);
          for (const draft of drafts) if (!isOvertaken(draft.draftId)) this.#drafts.set(draft.draftId, draft);
          this.#changed.fire(undefined);
        } catch (error) {
          report.quietly('Drafts could not be read', error);
        }
      };
      const take = (draft: Draft) => {
        overtaking.heard(draft.draftId);
        if (draft.gone) this.#drafts.delete(draft.draftId);
        else this.#drafts.set(draft.draftId, draft);
        this.#changed.fire(draft);
      };
      until.add(listen(client.drafts.changes, undefined, { next: take, connected: () => void load() }));
      until.add({ dispose: () => (this.#drafts.clear(), this.#changed.fire(undefined)) });
    });
  }

  /** Newest first. */
  get all(): Draft[] {
    return [...this.#drafts.values()].sort((a, b) => b.createdAt - a.createdAt);
  }

  get(draftId: string): Draft | undefined {
    return this.#drafts.get(draftId);
  }
}
