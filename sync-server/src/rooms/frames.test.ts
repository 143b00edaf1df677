import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { compact, lacking, merge } from '../compaction/merge.ts';
import { decodeFrame, isUpdate, updateFrame } from './frames.ts';

function sample(): Uint8Array {
  const doc = new Y.Doc();
  doc.getText('body').insert(0, 'some words here');
  doc.getText('body').delete(3, 4);
  doc.getMap('threads').set('t', new Y.Map([['anchor', { line: 3, quote: 'x' }]]));
  doc.getArray('list').push([1, 'two', null, true]);
  return Y.encodeStateAsUpdate(doc);
}

it('SY4 whatever passes as an update cannot spoil the document that it is merged into', () => {
  const good = sample();
  let passed = 0;
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 2 }),
      fc.constantFrom(0, 0, 0, 0, 1, 3),
      (edits, cut) => {
        const bytes = Uint8Array.from(good);
        for (const [index, value] of edits) bytes[index] = value;
        const update = bytes.subarray(0, bytes.length - cut);
        if (!isUpdate(update)) return;
        passed++;
        const merged = merge([good, update, sample()]).state;
        lacking(merged, Y.encodeStateVector(new Y.Doc()));
        merge([merged, sample()]);
        compact([good, update, sample()]);
      },
    ),
    { numRuns: 2000 },
  );
  expect(passed).toBeGreaterThan(100);
});

it('SY12 any bytes are a frame or an error, in bounded time', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), bytes => {
      try {
        const decoded = decodeFrame(bytes);
        if (decoded.kind === 'update') isUpdate(decoded.update);
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
      }
    }),
    { numRuns: 2000 },
  );
  expect(decodeFrame(updateFrame(sample()))).toMatchObject({ kind: 'update', step2: false });
});
