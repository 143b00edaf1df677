import type { TeamSettings, TeamStore } from '../features/team/store.ts';
import type { InboxStore } from '../features/inbox/store.ts';
import type { ViewedStore } from '../features/model-reviews/store.ts';
import type { BrowserStore } from './store.ts';

type Port<T> = Pick<T, keyof T>;

/** Which team this browser works in. */
export class BrowserTeam implements Port<TeamStore> {
  readonly #store: BrowserStore;

  constructor(store: BrowserStore) {
    this.#store = store;
  }

  read(): TeamSettings {
    const kept = this.#store.get('setting', 'team') as TeamSettings | undefined;
    return kept ?? { teamId: null, serverUrl: null, paused: false };
  }

  write(settings: TeamSettings): Promise<void> {
    return this.#store.write(() => this.set(settings));
  }

  set({ teamId, serverUrl, paused }: TeamSettings): void {
    this.#store.put('setting', 'team', { teamId, serverUrl, paused });
  }
}

/** What this browser's person looked at. */
export const viewedIn = (store: BrowserStore): Port<ViewedStore> => ({
  marks: (team, model) => {
    const beginning = `${team} ${model}\n`;
    return new Set([...store.from('review-viewed', beginning)].map(([key]) => key.slice(beginning.length)));
  },
  mark: ({ team, model, part, digest }, at) => store.put('review-viewed', `${team} ${model}\n${part}\n${digest}`, at),
  unmark: ({ team, model, part, digest }) => store.delete('review-viewed', `${team} ${model}\n${part}\n${digest}`),
});

/** What they put away. */
export const dismissalsIn = (store: BrowserStore): Port<InboxStore> => ({
  dismissed: team => {
    const beginning = `${team} `;
    return new Set([...store.from('inbox-dismissed', beginning)].map(([key]) => key.slice(beginning.length)));
  },
  dismiss: (team, itemId, at) => store.put('inbox-dismissed', `${team} ${itemId}`, at),
});
