import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import * as Y from 'yjs';
import { documentIds } from '@benchmate/shared/documents/document-id';
import { beginPublication, publicationOf } from '@benchmate/shared/documents/draft-document';
import { Announcer } from '../../host/announcer.ts';
import { systemRandom } from '../../host/clock.ts';
import { updateOf } from '../../replication/documents/document-edit.ts';
import { foundTeam, openDevice, project, type Device } from '../../replication/sealed/testing-device.ts';
import { NotesService } from '../notes/service.ts';
import { ReviewsService } from '../reviews/service.ts';
import { DraftsService } from './service.ts';

let dir: string;
let ana: Device;
let notes: NotesService;
let drafts: DraftsService;

/** The services over a device's store, as after a start. */
function serve(device: Device): void {
  ana = device;
  const parts = {
    ...device,
    random: systemRandom,
    projects: { list: () => [{ projectId: project }] },
    author: () => ({ device: device.keys.device, name: 'Ana' }),
  };
  notes = new NotesService({ ...parts, announcer: new Announcer('e') });
  const reviews = new ReviewsService({ ...parts, announcer: new Announcer('e') });
  drafts = new DraftsService({ ...parts, notes, reviews, announcer: new Announcer('e') });
}

async function restart(): Promise<void> {
  const { seed, replica } = ana;
  ana.close();
  serve(await openDevice({ dir, who: 'Ana', teamId: replica.teamId, seed }));
  await drafts.finishPublications();
}

const begin = (body: string) => drafts.create({ projectId: project, target: { kind: 'note', title: 'Why' }, body });

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'benchmate-drafts-'));
  serve(await foundTeam(dir));
});
afterEach(() => {
  ana.close();
  rmSync(dir, { recursive: true, force: true });
});

test('D7 ended after each of its steps, publishing is done once at the next start', async () => {
  for (const applied of [0, 1, 2]) {
    const { draftId, documentId, body } = await begin(`text ${applied}`);
    const edits = notes.creating({ noteId: draftId, projectId: project, title: 'Why', body });
    const updates = new Map(edits.map(edit => [edit.documentId, updateOf(ana.hub, edit)]));
    await ana.hub.change(documentId, doc => beginPublication(doc, updates));
    for (const [id, update] of [...updates].slice(0, applied))
      await ana.hub.change(id, doc => Y.applyUpdate(doc, update));
    expect(drafts.list()).toEqual([]);
    await restart();
    expect(notes.list().filter(({ noteId }) => noteId === draftId)).toMatchObject([{ body }]);
    expect((await drafts.publish(draftId)).note).toMatchObject({ noteId: draftId, body });
    expect(ana.documents.list('draft')).toEqual([]);
  }
  expect(notes.list()).toHaveLength(3);
});

test('D7 what a draft held before its present text is in no published byte, and waits for no server', async () => {
  const { draftId } = await begin('CANARY');
  await drafts.write({ draftId, body: 'said' });
  expect(ana.documents.countUnshared('draft')).toBe(0);
  await drafts.publish(draftId);
  const ids = [documentIds.note(ana.replica.teamId, draftId), documentIds.project(ana.replica.teamId, project)];
  for (const id of ids) expect(Buffer.from(ana.hub.read(id, Y.encodeStateAsUpdate)).includes('CANARY')).toBe(false);
  expect(ana.hub.read(ids[0]!, publicationOf).size).toBe(0);
  expect(ana.documents.countUnshared(ana.replica.teamId)).toBeGreaterThan(0);
});

test('D7 in an encrypted project a draft is published encrypted', async () => {
  const { draftId } = await begin('CANARY');
  await ana.encryption.begin(project);
  const { note } = await drafts.publish(draftId);
  expect(note).toMatchObject({ body: 'CANARY', privacy: 'encrypted' });
  for (const id of ana.documents.list(ana.replica.teamId))
    expect(Buffer.from(ana.hub.read(id, Y.encodeStateAsUpdate)).includes('CANARY')).toBe(false);
});
