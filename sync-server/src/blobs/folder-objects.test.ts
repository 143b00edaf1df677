import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FolderObjects } from './folder-objects.ts';
import { objectsContract } from './objects-contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'benchmate-blobs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const open = async () => new FolderObjects(join(folder, 'blobs'));

describe('objects in a folder', () => {
  objectsContract(open, open);

  it.skipIf(process.platform === 'win32')('are for their owner alone', async () => {
    const before = process.umask(0);
    const objects = await open();
    const id = 'f'.repeat(32);
    await objects.begin(id);
    process.umask(before);
    const modes = ['', '/ff', `/ff/${id}.part`].map(path => statSync(join(folder, 'blobs', path)).mode & 0o077);
    expect(modes).toEqual([0, 0, 0]);
  });

  it.each(['../../x', '', 'A'.repeat(32), `${'a'.repeat(30)}/.`])('have no name like %j', async name => {
    const objects = await open();
    await expect(objects.read(name, 0, 1)).rejects.toThrow(TypeError);
    await expect(objects.begin(name)).rejects.toThrow(TypeError);
  });
});
