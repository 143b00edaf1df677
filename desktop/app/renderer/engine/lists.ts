import type { Draft } from '@benchmate/shared/domain/draft';
import type { InboxItem } from '@benchmate/shared/domain/inbox';
import type { Job } from '@benchmate/shared/domain/job';
import type { NoteTitle } from '@benchmate/shared/domain/note';
import type { Project } from '@benchmate/shared/domain/project';
import type { RegisteredModel } from '@benchmate/shared/domain/registry';
import type { Run } from '@benchmate/shared/domain/run';
import type { Webhook } from '@benchmate/shared/domain/webhook';
import type { EncryptionState } from '@benchmate/shared/protocol/encryption';
import type { PresenceState } from '@benchmate/shared/protocol/presence';
import type { TeamState } from '@benchmate/shared/protocol/team';
import type { Observer } from '@benchmate/shared/protocol/contract';
import { looking } from '../presence/looking.ts';
import { engine } from './connection.tsx';
import { LiveList } from './live-list.ts';

const pageSize = 1000;

export const runList = new LiveList<Run>({
  idOf: ({ runId }) => runId,
  read: async add => {
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof engine.runs.list.query>> = await engine.runs.list.query({
        limit: cursor === null ? 100 : pageSize,
        ...(cursor === null ? {} : { cursor }),
      });
      add(page.runs);
      cursor = page.cursor;
    } while (cursor !== null);
  },
  follow: observer => engine.runs.changes.subscribe({}, observer),
  isGone: ({ deleted }) => deleted === true,
});

export const modelList = new LiveList<RegisteredModel>({
  idOf: ({ name }) => name,
  read: async add => add(await engine.registry.list.query()),
  follow: observer => engine.registry.changes.subscribe(undefined, one(observer)),
});

export const projectList = new LiveList<Project>({
  idOf: ({ projectId }) => projectId,
  read: async add => add(await engine.projects.list.query()),
  follow: observer => engine.projects.changes.subscribe(undefined, one(observer)),
});

/** Without their texts: a list needs none, and there may be thousands. */
export const noteList = new LiveList<NoteTitle>({
  idOf: ({ noteId }) => noteId,
  read: async add => add(await engine.notes.titles.query({})),
  follow: observer => engine.notes.titleChanges.subscribe(undefined, one(observer)),
});

export const draftList = new LiveList<Draft>({
  idOf: ({ draftId }) => draftId,
  read: async add => add(await engine.drafts.list.query({})),
  follow: observer => engine.drafts.changes.subscribe(undefined, one(observer)),
  isGone: ({ gone }) => gone,
});

export const encryptionList = new LiveList<EncryptionState>({
  idOf: ({ projectId }) => projectId,
  read: async add => add(await engine.encryption.list.query()),
  follow: observer => engine.encryption.changes.subscribe(undefined, one(observer)),
});

export const jobList = new LiveList<Job>({
  idOf: ({ jobId }) => jobId,
  read: async add => add(await engine.jobs.list.query({ limit: 1000 })),
  follow: observer => engine.jobs.changes.subscribe(undefined, one(observer)),
});

/** One entry: the team that this device works in. */
export const teamList = new LiveList<TeamState>({
  idOf: () => 'team',
  read: async add => add([await engine.team.state.query()]),
  follow: observer => engine.team.changes.subscribe(undefined, one(observer)),
});

/** One entry: who is here and looks at what. */
export const presenceList = new LiveList<PresenceState>({
  idOf: () => 'presence',
  read: async add => add([await engine.presence.state.query()]),
  follow: observer =>
    engine.presence.changes.subscribe(
      { surface: looking.surface },
      { ...one(observer), connected: () => (observer.connected?.(), looking.again()) },
    ),
});

/** What waits for this person. */
export const inboxList = new LiveList<InboxItem>({
  idOf: ({ itemId }) => itemId,
  read: async add => {
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof engine.inbox.list.query>> = await engine.inbox.list.query(
        cursor === null ? {} : { cursor },
      );
      add(page.items);
      cursor = page.cursor;
    } while (cursor !== null);
  },
  follow: observer => engine.inbox.changes.subscribe(undefined, observer),
  isGone: ({ settled }) => settled === true,
});

export const webhookList = new LiveList<Webhook & { removed?: true | undefined }>({
  idOf: ({ webhookId }) => webhookId,
  read: async add => add(await engine.webhooks.list.query()),
  follow: observer => engine.webhooks.changes.subscribe(undefined, one(observer)),
  isGone: ({ removed }) => removed === true,
});

/** Announcements that come one by one, as lists. */
function one<T>({ next, ...rest }: Observer<readonly T[]>): Observer<T> {
  return { ...rest, next: item => next([item]) };
}
