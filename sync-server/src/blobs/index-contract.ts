import { expect, it } from 'vitest';
import type { BlobIndex, Upload } from './ports.ts';

let ids = 0;
const uploadOf = (blob: string, { team = 'team', device = 'ana', sizeBytes = 10 } = {}): Upload => ({
  id: `upload-${++ids}`,
  team,
  device,
  blob,
  sizeBytes,
  handle: 'handle',
  tags: [],
  tailBytes: 0,
});

/** What every index of blobs must do. `open` gives an empty one. */
export function blobIndexContract(open: () => Promise<{ blobs: BlobIndex; close: () => Promise<void> }>): void {
  const onEmpty = (work: (blobs: BlobIndex) => Promise<void>) => async () => {
    const storage = await open();
    await work(storage.blobs);
    await storage.close();
  };

  it(
    'B1 notes parts and tails, and refuses whoever stands elsewhere',
    onEmpty(async blobs => {
      const upload = uploadOf('a');
      expect(await blobs.begin(upload, 100, 1)).toBe(true);
      expect(await blobs.begin(uploadOf('a'), 100, 1)).toBe(false);
      expect(await blobs.setTail(upload, 4, 2)).toBe(true);
      expect(await blobs.upload('team', 'ana', 'a')).toEqual({ ...upload, tailBytes: 4 });
      expect(await blobs.addPart(upload, 'one', 3)).toBe(true);
      expect(await blobs.addPart(upload, 'again', 3)).toBe(false);
      expect(await blobs.setTail(upload, 9, 3)).toBe(false);
      expect(await blobs.upload('team', 'ana', 'a')).toEqual({ ...upload, tags: ['one'], tailBytes: 0 });
      expect(await blobs.upload('team', 'bo', 'a')).toBeNull();
      await blobs.drop(upload.id);
      expect(await blobs.upload('team', 'ana', 'a')).toBeNull();
    }),
  );

  it(
    'B2 shows a complete blob to the team that brought it alone, and stores it once',
    onEmpty(async blobs => {
      const [first, second] = [uploadOf('a'), uploadOf('a', { team: 'other' })];
      for (const upload of [first, second]) await blobs.begin(upload, 100, 1);
      expect(await blobs.find('team', 'a')).toBeNull();
      await blobs.complete(first);
      expect(await blobs.find('team', 'a')).toEqual({ blob: 'a', object: first.id, sizeBytes: 10 });
      expect(await blobs.find('other', 'a')).toBeNull();
      await blobs.complete(second);
      expect(await blobs.find('other', 'a')).toMatchObject({ object: first.id });
      expect(await blobs.doomed()).toEqual([second.id]);
      await blobs.forget(second.id);
      expect(await blobs.doomed()).toEqual([]);
      expect(await blobs.counts()).toEqual({ blobs: 1, blobBytes: 10 });
      await blobs.complete(first);
      expect(await blobs.doomed()).toEqual([]);
    }),
  );

  it(
    'B2 lets a blob whose object is gone be brought again',
    onEmpty(async blobs => {
      const first = uploadOf('a');
      await blobs.begin(first, 100, 1);
      await blobs.complete(first);
      const found = (await blobs.find('team', 'a'))!;
      await blobs.lose({ ...found, object: 'another' });
      expect(await blobs.find('team', 'a')).toEqual(found);
      await blobs.lose(found);
      expect(await blobs.find('team', 'a')).toBeNull();
      const second = uploadOf('a');
      await blobs.begin(second, 100, 2);
      await blobs.complete(second);
      expect(await blobs.find('team', 'a')).toMatchObject({ object: second.id });
    }),
  );

  it(
    'B3 holds a team to its quota, uploads under way included',
    onEmpty(async blobs => {
      const first = uploadOf('a');
      expect(await blobs.begin(first, 25, 1)).toBe(true);
      await blobs.complete(first);
      const begun = await Promise.all(['b', 'c', 'd'].map(blob => blobs.begin(uploadOf(blob), 25, 1)));
      expect(begun.filter(Boolean)).toHaveLength(1);
      expect(await blobs.usage('team')).toBe(20);
      expect(await blobs.begin(uploadOf('a', { team: 'other' }), 25, 1)).toBe(true);
    }),
  );

  it(
    'B4 takes away what nothing refers to, after its grace and not before',
    onEmpty(async blobs => {
      for (const blob of ['kept', 'left', 'again']) {
        const upload = uploadOf(blob);
        await blobs.begin(upload, 1000, 1);
        await blobs.complete(upload);
      }
      const left = (await blobs.find('team', 'left'))!.object;
      await blobs.mark('team', new Set(['kept']), 50);
      await blobs.mark('team', new Set(['kept']), 90);
      await blobs.sweep(50);
      expect(await blobs.blobsOf('team')).toEqual(['again', 'kept', 'left']);
      expect(await blobs.claim('team', 'again')).toBe(true);
      expect(await blobs.claim('other', 'again')).toBe(false);
      await blobs.sweep(51);
      expect(await blobs.blobsOf('team')).toEqual(['again', 'kept']);
      expect(await blobs.doomed()).toEqual([left]);
      expect(await blobs.teams()).toEqual(['team']);
    }),
  );

  it(
    'B4 keeps the object while another team has the blob',
    onEmpty(async blobs => {
      for (const team of ['team', 'other']) {
        const upload = uploadOf('a', { team });
        await blobs.begin(upload, 1000, 1);
        await blobs.complete(upload);
      }
      const { object } = (await blobs.find('other', 'a'))!;
      await blobs.mark('team', new Set(), 1);
      await blobs.sweep(2);
      expect(await blobs.find('team', 'a')).toBeNull();
      expect(await blobs.find('other', 'a')).toMatchObject({ object });
      expect(await blobs.doomed()).not.toContain(object);
    }),
  );

  it(
    'B5 knows uploads that nobody went on with',
    onEmpty(async blobs => {
      const [old, young] = [uploadOf('a'), uploadOf('b')];
      await blobs.begin(old, 100, 10);
      await blobs.begin(young, 100, 10);
      await blobs.setTail(young, 1, 20);
      expect((await blobs.staleUploads(20)).map(({ id }) => id)).toEqual([old.id]);
    }),
  );
}
