import * as vscode from 'vscode';
import type { InboxItem } from '@benchmate/shared/domain/inbox';
import { inInboxOrder } from '@benchmate/shared/domain/inbox-order';
import type { EngineClient } from '@benchmate/shared/protocol/engine';
import { LiveMap } from '../../engine/live-map.ts';
import { listen } from '../../engine/subscribe.ts';
import type { Part } from '../../host/part.ts';

const togetherMs = 100;

/** What waits for this person, as the engine says; nothing while there is none. */
export class InboxCache {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #items: LiveMap<InboxItem>;
  #ordered: InboxItem[] | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(part: Part) {
    part.context.subscriptions.push(this.#changed);
    const error = (problem: Error) => part.report.quietly('An engine without an inbox', problem);
    this.#items = new LiveMap(part, {
      keyOf: ({ itemId }) => itemId,
      isGone: ({ settled }) => settled === true,
      read: readAll,
      follow: (client, next, readAgain) =>
        listen(client.inbox.changes, undefined, { next, connected: readAgain, missed: readAgain, error }),
      changed: () => this.#soon(),
      failed: 'What waits for you could not be read',
    });
  }

  /** Most pressing first. */
  get items(): readonly InboxItem[] {
    return (this.#ordered ??= inInboxOrder(this.#items.values()));
  }

  get(itemId: string): InboxItem | undefined {
    return this.#items.get(itemId);
  }

  #soon(): void {
    this.#ordered = null;
    if (this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#changed.fire();
    }, togetherMs);
  }
}

async function readAll({ inbox }: EngineClient): Promise<InboxItem[]> {
  const items: InboxItem[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page: Awaited<ReturnType<typeof inbox.list.query>> = await inbox.list.query(
      cursor === undefined ? {} : { cursor },
    );
    items.push(...page.items);
    cursor = page.cursor;
  }
  return items;
}
