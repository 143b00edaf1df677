import type * as vscode from 'vscode';
import type { EngineClient } from '@benchmate/shared/protocol/engine';
import { Overtaking } from '@benchmate/shared/protocol/overtaking';
import type { Part } from '../host/part.ts';

interface Source<T> {
  keyOf: (item: T) => string;
  /** Whether what was announced is no longer part of the list. */
  isGone?: (item: T) => boolean;
  read: (client: EngineClient) => Promise<readonly T[]>;
  /** Gives `take` what is announced, and calls `readAgain` when the engine is reached and when announcements were lost. */
  follow: (client: EngineClient, take: (items: readonly T[]) => void, readAgain: () => void) => vscode.Disposable;
  /** With the one that was announced; undefined after all were read, or the engine went. */
  changed: (item: T | undefined) => void;
  /** The sentence for the log: `Drafts could not be read`. */
  failed: string;
}

/** What the engine lists, by key: read as a whole, kept by what it announces, and empty while there is no engine. */
export class LiveMap<T> {
  readonly #items = new Map<string, T>();

  constructor({ engine, report }: Part, { keyOf, isGone, read, follow, changed, failed }: Source<T>) {
    engine.whileConnected(({ client }, until) => {
      const overtaking = new Overtaking();
      const load = async () => {
        const isOvertaken = overtaking.begin();
        try {
          const items = await read(client);
          if (until.ended) return;
          for (const key of this.#items.keys()) if (!isOvertaken(key)) this.#items.delete(key);
          for (const item of items) if (!isOvertaken(keyOf(item))) this.#items.set(keyOf(item), item);
          changed(undefined);
        } catch (error) {
          report.quietly(failed, error);
        }
      };
      const take = (items: readonly T[]) => {
        for (const item of items) {
          overtaking.heard(keyOf(item));
          if (isGone?.(item)) this.#items.delete(keyOf(item));
          else this.#items.set(keyOf(item), item);
          changed(item);
        }
      };
      until.add(follow(client, take, () => void load()));
      until.add({ dispose: () => (this.#items.clear(), changed(undefined)) });
    });
  }

  get size(): number {
    return this.#items.size;
  }

  get(key: string): T | undefined {
    return this.#items.get(key);
  }

  values(): T[] {
    return [...this.#items.values()];
  }
}
