import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ListrTask } from 'listr2';
import type { Note } from '@benchmate/shared/domain/note';
import type { Thread } from '@benchmate/shared/domain/review';
import { makeAnchor } from '@benchmate/shared/documents/anchor';
import type { DemoContext } from '../context.ts';
import type { Device } from '../device.ts';
import { expect, until } from '../expect.ts';

type Step = ListrTask<DemoContext>['task'];

let note: Note;
let thread: Thread;

export const shareNoteAndComment: Step = async (context, task) => {
  const { me, teammate, project } = context;
  const sentNote = performance.now();
  note = await me.client.notes.create.mutate({
    projectId: project.projectId,
    title: `What ${context.best.name} taught us`,
    body: 'Shallow trees with a small learning rate generalise best here.\n',
  });
  const arrived = await noteOn(teammate, note.noteId, found => found?.body === note.body);
  const noteMs = Math.round(performance.now() - sentNote);
  expect(arrived?.title === note.title, 'The note arrived with another title.');

  const card = readFileSync(join(context.projectDir, project.card), 'utf8');
  const quote = card.split('\n').find(line => line.length > 40 && !line.startsWith('#') && !line.includes(':'))!;
  const start = card.indexOf(quote);
  const sentComment = performance.now();
  thread = await me.client.reviews.start.mutate({
    projectId: project.projectId,
    path: project.card,
    anchor: makeAnchor(card, { start, end: start + quote.length }),
    body: 'Does this still hold for the new version?',
  });
  await threadOn(teammate, found => found !== undefined);
  task.title = `A note arrived after ${noteMs} ms, a review comment after ${Math.round(performance.now() - sentComment)} ms`;
};

export const mergeOfflineWork: Step = async ({ me, teammate }, task) => {
  const both = [me, teammate];
  const base = note.body;
  for (const { client } of both) await client.team.setPaused.mutate({ paused: true });
  await me.client.notes.write.mutate({ noteId: note.noteId, base, body: `${base}\nMine, written offline.\n` });
  await teammate.client.notes.write.mutate({ noteId: note.noteId, base, body: `Theirs, written offline.\n\n${base}` });
  await me.client.reviews.reply.mutate({ threadId: thread.threadId, body: 'I checked: it does.' });
  await teammate.client.reviews.reply.mutate({
    threadId: thread.threadId,
    body: 'Please add the confidence interval.',
  });
  const { sync } = await me.client.team.state.query();
  expect(sync.unshared > 0, 'Work done offline must count as not shared.');

  const reconnected = performance.now();
  for (const { client } of both) await client.team.setPaused.mutate({ paused: false });
  const merged = (found: Note | undefined) =>
    ['Mine, written', 'Theirs, written'].every(text => found?.body.includes(text));
  const bodies = await Promise.all(both.map(device => noteOn(device, note.noteId, merged)));
  expect(bodies[0]!.body === bodies[1]!.body, 'The merged note differs between the two devices.');
  const threads = await Promise.all(both.map(device => threadOn(device, found => found?.comments.length === 3)));
  expect(
    JSON.stringify(threads[0]) === JSON.stringify(threads[1]),
    'The merged thread differs between the two devices.',
  );
  task.title = `Both edited offline (${sync.unshared} changes not shared); merged and equal ${Math.round(performance.now() - reconnected)} ms after reconnecting`;
};

function noteOn(
  { client, name }: Device,
  noteId: string,
  ready: (note: Note | undefined) => boolean,
): Promise<Note | undefined> {
  return until(
    `The note's arrival (${name})`,
    async () => (await client.notes.list.query({})).find(candidate => candidate.noteId === noteId),
    ready,
    again => client.notes.changes.subscribe(undefined, { next: again, connected: again }),
  );
}

function threadOn(
  { client, name }: Device,
  ready: (thread: Thread | undefined) => boolean,
): Promise<Thread | undefined> {
  return until(
    `The comment's arrival (${name})`,
    async () =>
      (await client.reviews.threads.query({ projectId: thread.projectId })).find(
        candidate => candidate.threadId === thread.threadId,
      ),
    ready,
    again => client.reviews.changes.subscribe({ projectId: thread.projectId }, { next: again, connected: again }),
  );
}
