import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { setTimeout as delay } from 'node:timers/promises';
import { readAuthMessage } from 'y-protocols/auth';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { documentIds } from '@benchmate/shared/documents/document-id';
import { deviceKeys, fromBase64Url } from '@benchmate/shared/facts/keys';
import { readEndpoint } from '@benchmate/shared/node/find-engine';
import { frame, tokenSubprotocolPrefix } from '@benchmate/shared/protocol/document-wire';
import { requestTicket } from '../../desktop/engine/src/replication/sync/access.ts';
import { ticketProtocols } from '../../desktop/engine/src/replication/sync/socket.ts';
import { commandLine } from '../support/command-line.ts';
import { allShared, formTeam, openProject, openTeamBench, type Device, type TeamBench } from '../support/team.ts';
import { until } from '../support/until.ts';
import { openWatchedServer, type WatchedServer } from '../support/watched-server.ts';

const projectId = 'private-0a1b2c3d';
let bench: TeamBench;
let server: WatchedServer;
let ana: Device;
let ben: Device;

beforeAll(async () => {
  bench = await openTeamBench(async dir => (server = await openWatchedServer(join(dir, 'watched'))).url);
  [ana, ben] = await Promise.all([bench.device('Ana'), bench.device('Ben')]);
  await formTeam(bench, [ana, ben]);
  await openProject(ana, join(bench.dir, 'project'), projectId);
  await until(async () => (await ben.client.projects.list.query()).length === 1);
});
afterAll(async () => {
  await server?.close();
  await bench?.close();
});

/** A stock y-websocket client on the engine of this machine. */
async function edit({ dataDir }: Device, documentId: string) {
  const endpoint = (await readEndpoint(dataDir))!;
  const doc = new Y.Doc();
  const provider = new WebsocketProvider(`${endpoint.url.replace('http', 'ws')}/documents`, documentId, doc, {
    disableBc: true,
    protocols: [`${tokenSubprotocolPrefix}${endpoint.token}`],
  });
  await until(() => provider.synced);
  return { doc, provider, body: doc.getText('body') };
}

/** Every line of a bundle of all that this device has, documents as they are. */
async function bundleOf({ client }: Device): Promise<Buffer[]> {
  const file = join(bench.dir, 'all.bundle');
  const { taskId } = await client.bundles.begin.mutate({ kind: 'export', file, replace: true });
  await until(async () => (await client.bundles.wait.query({ taskId, withinMs: 5000 })).state === 'done');
  const lines = gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n');
  return lines.map(line => {
    const { update } = JSON.parse(line) as { update?: string };
    return Buffer.concat([Buffer.from(line), Buffer.from(update ?? '', 'base64url')]);
  });
}

const filesHold = ({ dataDir }: Device, canary: string) =>
  readdirSync(dataDir).some(
    name => name.startsWith('benchmate.db') && readFileSync(join(dataDir, name)).includes(canary),
  );

test('N27 a draft stays on its device, also when its engine is killed; published it is there once', async () => {
  const note = { kind: 'note' as const, title: 'CANARY-title' };
  const draft = await ana.client.drafts.create.mutate({ projectId, target: note, body: 'CANARY-never-said. ' });
  const editor = await edit(ana, draft.documentId);
  editor.body.insert(editor.body.length, 'CANARY-typed');
  await until(async () => (await ana.client.drafts.list.query({}))[0]?.body.endsWith('CANARY-typed'));
  expect(filesHold(ana, 'CANARY-typed')).toBe(true);
  // Something else travels, so that the silence about the draft means something.
  await ana.client.notes.create.mutate({ projectId, title: 'Open', body: 'CONTROL-said' });
  await until(async () => (await ben.client.notes.list.query({})).some(({ body }) => body === 'CONTROL-said'));
  await allShared(ana);
  expect(server.placesOf('CONTROL-said')).toEqual(
    expect.arrayContaining([expect.stringMatching(/\.db/), 'wire to the server', 'wire from the server']),
  );
  expect(server.placesOf('CANARY')).toEqual([]);
  const bundled = await bundleOf(ana);
  expect(bundled.some(bytes => bytes.includes('CONTROL-said'))).toBe(true);
  expect(bundled.some(bytes => bytes.includes('CANARY'))).toBe(false);

  await ana.kill();
  await ana.start();
  const [kept] = await ana.client.drafts.list.query({ projectId });
  expect(kept).toMatchObject({ draftId: draft.draftId, body: 'CANARY-never-said. CANARY-typed' });
  expect(await ben.client.drafts.list.query({})).toEqual([]);

  await ana.client.drafts.write.mutate({ draftId: draft.draftId, body: 'PUBLISHED-text', title: 'Said' });
  const answers = await Promise.all([1, 2].map(() => ana.client.drafts.publish.mutate({ draftId: draft.draftId })));
  expect(answers.map(({ note: published }) => published?.body)).toEqual(['PUBLISHED-text', 'PUBLISHED-text']);
  await until(async () => (await ben.client.notes.list.query({})).some(({ body }) => body === 'PUBLISHED-text'));
  expect(await ana.client.drafts.list.query({})).toEqual([]);
  expect((await ben.client.notes.list.query({})).map(({ title }) => title).toSorted()).toEqual(['Open', 'Said']);
  expect(server.placesOf('PUBLISHED-text')).not.toEqual([]);
  expect(server.placesOf('CANARY')).toEqual([]);
  editor.provider.destroy();
});

test('N27 whatever a kill interrupts, a draft is published once or not at all', async () => {
  for (const afterMs of [2]) {
    const title = `Raced ${afterMs}`;
    const begun = { projectId, target: { kind: 'note' as const, title }, body: `${title} said once.` };
    const { draftId } = await ana.client.drafts.create.mutate(begun);
    const publishing = ana.client.drafts.publish.mutate({ draftId }).then(
      () => true,
      () => false,
    );
    await delay(afterMs);
    await ana.kill();
    const isAnswered = await publishing;
    await ana.start();
    const drafts = await ana.client.drafts.list.query({});
    const isDraft = drafts.some(draft => draft.draftId === draftId);
    if (isAnswered) expect(isDraft).toBe(false);
    await ana.client.drafts.publish.mutate({ draftId });
    await until(async () => (await ben.client.notes.list.query({})).some(note => note.title === title && note.body));
    await allShared(ana);
    for (const { client } of [ana, ben]) {
      const notes = (await client.notes.list.query({})).filter(note => note.title === title);
      expect(notes.map(({ body }) => body)).toEqual([begun.body]);
    }
  }
  expect(await ana.client.drafts.list.query({})).toEqual([]);
});

test('N27 comments begin as drafts, too, and follow the roles when they are published', async () => {
  const anchor = { quote: 'CANARY-quote', prefix: '', suffix: '', line: 0 };
  const target = { kind: 'thread' as const, path: 'MODEL_CARD.md', anchor };
  const { draftId } = await ana.client.drafts.create.mutate({ projectId, target, body: 'CANARY-comment' });
  await ana.client.drafts.write.mutate({ draftId, body: 'On which split?' });
  expect(server.placesOf('CANARY')).toEqual([]);
  const { thread } = await ana.client.drafts.publish.mutate({ draftId });
  const { threadId } = thread!;
  await until(async () => (await ben.client.reviews.threads.query({ projectId })).length === 1);
  const reply = await ben.client.drafts.create.mutate({
    projectId,
    target: { kind: 'reply', threadId },
    body: 'On the test split.',
  });
  const person = (await ben.client.team.state.query()).me.person;
  await ana.client.team.setRole.mutate({ person, role: 'viewer' });
  await until(async () => (await ben.client.team.state.query()).me.role === 'viewer');
  await expect(ben.client.drafts.publish.mutate({ draftId: reply.draftId })).rejects.toMatchObject({
    code: 'FORBIDDEN',
  });
  await ana.client.team.setRole.mutate({ person, role: 'owner' });
  await until(async () => (await ben.client.team.state.query()).me.role === 'owner');
  await ben.client.drafts.publish.mutate({ draftId: reply.draftId });
  await until(async () => (await ana.client.reviews.threads.query({ projectId }))[0]?.comments.length === 2);
});

test('N27 drafts from the command line', async () => {
  const project = join(bench.dir, 'project');
  writeFileSync(join(project, 'MODEL_CARD.md'), '# Churn\n\nAUC 0.91\n');
  const { benchmate } = commandLine(bench.dir, project);
  const said = async (...args: string[]) => {
    const { code, stdout, stderr } = await benchmate(args, { env: { BENCHMATE_DATA_DIR: ana.dataDir } });
    expect(stderr).toBe('');
    expect(code).toBe(0);
    return stdout;
  };
  expect(await said('drafts', 'note', 'Why v9', '--body', 'Not sure yet.')).toMatch(
    /“Why v9” is a draft on this device/,
  );
  const about = ['--quote', 'AUC 0.91', '--body', 'On which split?'];
  expect(await said('drafts', 'comment', 'MODEL_CARD.md', ...about)).toMatch(/“Comment on MODEL_CARD.md:3” is a draft/);
  expect(await said('drafts', 'list')).toMatch(/Comment on MODEL_CARD.md:3.*\n.*Why v9/);
  expect(await said('drafts', 'publish', 'Why v9')).toBe('The note “Why v9” is published.\n');
  await until(async () => (await ben.client.notes.list.query({})).some(({ title }) => title === 'Why v9'));
  expect(await said('notes', 'encrypt', '--project', projectId)).toMatch(/the sync server cannot read. Titles it can/);
});

test('N27 notes and comments of an encrypted project merge, survive kills, and are nowhere on the server', async () => {
  await expect(ana.client.encryption.begin.mutate({ projectId })).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
  await until(async () => (await ben.client.encryption.list.query())[0]?.hasKey);
  const { noteId, documentId } = await ana.client.notes.create.mutate({
    projectId,
    title: 'In the open',
    body: 'SECRET-first.\n\nEnd.',
  });
  const bodyOn = async ({ client }: Device) => (await client.notes.list.query({})).find(note => note.noteId === noteId);
  await until(async () => (await bodyOn(ben))?.body === 'SECRET-first.\n\nEnd.');
  expect(await bodyOn(ben)).toMatchObject({ privacy: 'encrypted', notice: '' });

  // A stock editor on one machine, a script on the other, both without the server.
  await Promise.all([ana, ben].map(({ client }) => client.team.setPaused.mutate({ paused: true })));
  const editor = await edit(ben, documentId);
  editor.body.insert(0, 'SECRET-ben ');
  await ana.client.notes.write.mutate({ noteId, body: 'SECRET-first.\n\nEnd. SECRET-ana' });
  await until(async () => (await bodyOn(ben))?.body.startsWith('SECRET-ben'));
  await ana.kill();
  await ana.start();
  await Promise.all([ana, ben].map(({ client }) => client.team.setPaused.mutate({ paused: false })));
  const merged = 'SECRET-ben SECRET-first.\n\nEnd. SECRET-ana';
  await until(async () => (await bodyOn(ana))?.body === merged && (await bodyOn(ben))?.body === merged);
  editor.provider.destroy();

  const anchor = { quote: 'SECRET-quote', prefix: '', suffix: '', line: 3 };
  const thread = await ana.client.reviews.start.mutate({ projectId, path: 'train.py', anchor, body: 'SECRET-asked' });
  await until(async () =>
    (await ben.client.reviews.threads.query({ projectId })).some(({ threadId }) => threadId === thread.threadId),
  );
  await ben.client.reviews.reply.mutate({ threadId: thread.threadId, body: 'SECRET-answered' });
  await until(async () => {
    const threads = await ana.client.reviews.threads.query({ projectId, path: 'train.py' });
    return threads[0]?.comments.length === 2;
  });
  const old = (await ana.client.notes.list.query({})).find(({ title }) => title === 'Open')!;
  await expect(ana.client.notes.write.mutate({ noteId: old.noteId, body: 'SECRET-late' })).rejects.toMatchObject({
    code: 'FORBIDDEN',
  });
  await Promise.all([allShared(ana), allShared(ben)]);
  expect(server.placesOf('In the open')).not.toEqual([]);
  expect(server.placesOf('SECRET')).toEqual([]);
  expect((await bundleOf(ana)).some(bytes => bytes.includes('SECRET'))).toBe(false);
});

test('N27 a newcomer waits for the key and gets it from whoever is there; who is removed reads nothing that comes after', async () => {
  const cleo = await bench.device('Cleo');
  const { link } = await ana.client.team.invite.mutate({ role: 'viewer' });
  await Promise.all([ana, ben].map(({ client }) => client.team.setPaused.mutate({ paused: true })));
  await cleo.client.team.join.mutate({ link, name: 'Cleo' });
  const note = async ({ client }: Device) =>
    (await client.notes.list.query({})).find(({ title }) => title === 'In the open');
  await until(() => note(cleo));
  expect(await note(cleo)).toMatchObject({
    privacy: 'locked',
    body: '',
    notice: expect.stringMatching(/waiting for the key from Ana or Ben\./),
  });
  await ben.client.team.setPaused.mutate({ paused: false });
  await until(async () => (await note(cleo))?.body.includes('SECRET-ana'));
  expect(await note(cleo)).toMatchObject({ privacy: 'encrypted', notice: '' });

  // A viewer reads and does not write, whoever asks: here, and on the server.
  const { noteId, documentId } = (await note(cleo))!;
  await expect(cleo.client.notes.write.mutate({ noteId, body: 'no' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  const editor = await edit(cleo, documentId);
  editor.body.insert(0, 'VIEWER ');
  editor.provider.destroy();
  const ticket = await requestTicket(server.url, deviceKeys(seedOf(cleo)));
  const sealed = new Y.Doc();
  const sealedId = documentIds.sealed((await ana.client.team.state.query()).teamId, projectId, `n-${noteId}`);
  const patched = new WebsocketProvider(server.url.replace('http', 'ws'), sealedId, sealed, {
    disableBc: true,
    protocols: ticketProtocols(ticket.ticket),
  });
  await until(() => patched.synced);
  const denied = new Promise<string>(resolve => {
    patched.messageHandlers[frame.auth] = (_encoder, decoder) =>
      readAuthMessage(decoder, sealed, (_doc, reason) => resolve(reason));
  });
  sealed.getArray('entries').push([new Uint8Array(200)]);
  expect(await denied).toMatch(/not change it/);
  patched.destroy();

  await ana.client.team.setPaused.mutate({ paused: false });
  await allShared(ana);
  const { device } = (await cleo.client.team.state.query()).me;
  await ana.client.team.removeMember.mutate({ device });
  await ana.client.notes.write.mutate({ noteId, body: 'SECRET-after' });
  await until(async () => (await note(ben))?.body === 'SECRET-after');
  // What the server holds now, given to the removed member by somebody: there is no key for it.
  const bundle = join(bench.dir, 'after.bundle');
  const { taskId } = await ana.client.bundles.begin.mutate({ kind: 'export', file: bundle });
  await until(async () => (await ana.client.bundles.wait.query({ taskId })).state === 'done');
  const taken = await cleo.client.bundles.begin.mutate({ kind: 'import', file: bundle });
  await until(async () => (await cleo.client.bundles.wait.query({ taskId: taken.taskId })).state === 'done');
  expect((await note(cleo))?.body).not.toContain('SECRET-after');
  expect(await note(cleo)).toMatchObject({ privacy: 'locked' });
  expect(server.placesOf('SECRET')).toEqual([]);
});

const seedOf = ({ dataDir }: Device): Uint8Array => {
  const { seed } = JSON.parse(readFileSync(join(dataDir, 'device.json'), 'utf8')) as { seed: string };
  return fromBase64Url(seed)!;
};
