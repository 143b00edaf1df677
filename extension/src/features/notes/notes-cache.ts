import * as vscode from 'vscode';
import type { NoteTitle } from '@benchmate/shared/domain/note';
import { Overtaking } from '@benchmate/shared/protocol/overtaking';
import { listen } from '../../engine/subscribe.ts';
import type { Part } from '../../host/part.ts';

/** What the team's notes are called, as the engine says; none while there is no engine. */
export class NotesCache {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #titles = new Map<string, NoteTitle>();

  constructor({ engine, report, context }: Part) {
    context.subscriptions.push(this.#changed);
    engine.whileConnected(({ client }, until) => {
      const overtaking = new Overtaking();
      const load = async () => {
        const isOvertaken = overtaking.begin();
        try {
          const titles = await client.notes.titles.query({});
          if (until.ended) return;
          for (const id of this.#titles.keys()) if (!isOvertaken(id)) this.#titles.delete(id);
          for (const title of titles) if (!isOvertaken(title.noteId)) this.#titles.set(title.noteId, title);
          this.#changed.fire();
        } catch (error) {
          report.quietly('Notes could not be read', error);
        }
      };
      const take = (title: NoteTitle) => {
        overtaking.heard(title.noteId);
        this.#titles.set(title.noteId, title);
        this.#changed.fire();
      };
      until.add(listen(client.notes.titleChanges, undefined, { next: take, connected: () => void load() }));
      until.add({ dispose: () => (this.#titles.clear(), this.#changed.fire()) });
    });
  }

  get count(): number {
    return this.#titles.size;
  }

  /** Newest first. */
  newest(most: number): NoteTitle[] {
    return [...this.#titles.values()].sort((a, b) => b.createdAt - a.createdAt).slice(0, most);
  }

  get(noteId: string): NoteTitle | undefined {
    return this.#titles.get(noteId);
  }
}
