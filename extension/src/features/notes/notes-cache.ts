import * as vscode from 'vscode';
import type { NoteTitle } from '@benchmate/shared/domain/note';
import { LiveMap } from '../../engine/live-map.ts';
import { listen } from '../../engine/subscribe.ts';
import type { Part } from '../../host/part.ts';

/** What the team's notes are called, as the engine says; none while there is no engine. */
export class NotesCache {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #titles: LiveMap<NoteTitle>;

  constructor(part: Part) {
    part.context.subscriptions.push(this.#changed);
    this.#titles = new LiveMap(part, {
      keyOf: ({ noteId }) => noteId,
      read: client => client.notes.titles.query({}),
      follow: (client, take, readAgain) =>
        listen(client.notes.titleChanges, undefined, { next: title => take([title]), connected: readAgain }),
      changed: () => this.#changed.fire(),
      failed: 'Notes could not be read',
    });
  }

  get count(): number {
    return this.#titles.size;
  }

  /** Newest first. */
  newest(most: number): NoteTitle[] {
    return this.#titles
      .values()
      .sort((a, b) => b.createdAt - a.createdAt)
      .slice(0, most);
  }

  get(noteId: string): NoteTitle | undefined {
    return this.#titles.get(noteId);
  }
}
