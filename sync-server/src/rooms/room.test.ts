import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import * as Y from 'yjs';
import { Merger } from '../compaction/merger.ts';
import { Counters } from '../operations/counters.ts';
import { silentLog } from '../operations/log.ts';
import { defaultQuotas } from '../quotas.ts';
import { insertion } from '../simulated-client.ts';
import { SqliteStorage } from '../storage/sqlite.ts';
import type { DocumentStore } from '../storage/ports.ts';
import type { DocumentConnection } from './connection.ts';
import { updateFrame } from './frames.ts';
import { Room } from './room.ts';

const dir = mkdtempSync(join(tmpdir(), 'benchmate-room-'));
const merger = new Merger();
let storage: SqliteStorage;
beforeEach(() => {
  storage = new SqliteStorage(dir);
});
afterEach(async () => {
  await storage.close();
  await merger.close();
  rmSync(dir, { recursive: true, force: true });
});

it('SY6 asks the others for what they were given and the storage refused, once it works, whether the sender comes back or not', async () => {
  let works = true;
  const { documents } = storage;
  const refusing: Pick<DocumentStore, 'append' | 'read'> = {
    append: (name, update) =>
      works ? documents.append(name, update) : Promise.reject(new Error('The disk does not answer.')),
    read: name => documents.read(name),
  };
  const parts = {
    documents: refusing as DocumentStore,
    merger,
    counters: new Counters(),
    quotas: defaultQuotas,
    log: silentLog,
  };
  const room = new Room('room', { ...parts, peers: null, storageWorks: () => works });
  const { promise: asked, resolve } = Promise.withResolvers<Uint8Array>();
  const given: Uint8Array[] = [];
  const other = { pass: (bytes: Uint8Array) => given.push(bytes), ask: resolve } as unknown as DocumentConnection;
  const sender = {} as DocumentConnection;
  room.connections.add(other);
  await room.take(insertion('kept'), updateFrame(insertion('kept')), sender);
  works = false;
  const lost = insertion('lost');
  await expect(room.take(lost, updateFrame(lost), sender)).rejects.toThrow('The disk does not answer.');
  expect(given).toHaveLength(2);
  works = true;
  const stateVector = await asked;
  // What the others have beyond that is what the server lacks.
  expect(Y.decodeStateVector(stateVector)).toEqual(
    Y.decodeStateVector(Y.encodeStateVectorFromUpdate((await room.state()).state)),
  );
  expect(Y.decodeStateVector(stateVector).size).toBe(1);
});
