import * as vscode from 'vscode';
import type { InboxItem } from '@benchmate/shared/domain/inbox';
import { inInboxOrder } from '@benchmate/shared/domain/inbox-order';
import type { EngineClient } from '@benchmate/shared/protocol/engine';
import { Overtaking } from '@benchmate/shared/protocol/overtaking';
import { listen } from '../../engine/subscribe.ts';
import type { Part } from '../../host/part.ts';

const togetherMs = 100;

/** What waits for this person, as the engine says; nothing while there is none. */
export class InboxCache {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #items = new Map<string, InboxItem>();
  #ordered: InboxItem[] | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor({ engine, report, context }: Part) {
    context.subscriptions.push(this.#changed);
    engine.whileConnected(({ client }, until) => {
      const overtaking = new Overtaking();
      const load = async () => {
        const isOvertaken = overtaking.begin();
        try {
          const items = await readAll(client);
          if (until.ended) return;
          for (const id of this.#items.keys()) if (!isOvertaken(id)) this.#items.delete(id);
          for (const item of items) if (!isOvertaken(item.itemId)) this.#items.set(item.itemId, item);
          this.#soon();
        } catch (error) {
          report.quietly('What waits for you could not be read', error);
        }
      };
      const take = (items: readonly InboxItem[]) => {
        for (const item of items) {
          overtaking.heard(item.itemId);
          if (item.settled) this.#items.delete(item.itemId);
          else this.#items.set(item.itemId, item);
        }
        this.#soon();
      };
      const reload = () => void load();
      const error = (problem: Error) => report.quietly('An engine without an inbox', problem);
      until.add(listen(client.inbox.changes, undefined, { next: take, connected: reload, missed: reload, error }));
      until.add({ dispose: () => (this.#items.clear(), this.#soon()) });
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
