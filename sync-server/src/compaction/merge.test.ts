import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { compact, lacking, merge } from './merge.ts';

/** `BENCHMATE_COMPACTIONS=10000` for the long run. */
const histories = Number(process.env['BENCHMATE_COMPACTIONS'] ?? 200);

type Step = { who: number; kind: 'insert' | 'delete' | 'map' | 'sync'; at: number; text: string };

const step: fc.Arbitrary<Step> = fc.record({
  who: fc.nat(2),
  kind: fc.constantFrom('insert', 'insert', 'delete', 'map', 'sync'),
  at: fc.nat(60),
  text: fc.string({ minLength: 1, maxLength: 12 }),
});

/** What three writers, who hear of each other now and then, sent to the server. */
function written(steps: readonly Step[]): Uint8Array[] {
  const updates: Uint8Array[] = [];
  const docs = [0, 1, 2].map(clientId => {
    const doc = new Y.Doc();
    doc.clientID = clientId + 1;
    doc.on('update', (update, origin) => {
      if (origin !== 'others') updates.push(update);
    });
    return doc;
  });
  for (const { who, kind, at, text } of steps) {
    const doc = docs[who]!;
    const body = doc.getText('body');
    const place = Math.min(at, body.length);
    if (kind === 'insert') body.insert(place, text);
    else if (kind === 'delete') body.delete(place, Math.min(text.length, body.length - place));
    else if (kind === 'map') doc.getMap('threads').set(`t${at % 5}`, new Y.Map([['text', text]]));
    else for (const update of updates) Y.applyUpdate(doc, update, 'others');
  }
  return updates;
}

function load(parts: readonly Uint8Array[]) {
  const doc = new Y.Doc();
  for (const part of parts) Y.applyUpdate(doc, part);
  return doc;
}
const content = (doc: Y.Doc) => ({ body: doc.getText('body').toJSON(), threads: doc.getMap('threads').toJSON() });

it(
  `a compaction keeps the state vector and the content of ${histories} random histories (C4)`,
  () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), fc.nat(), (steps, cut) => {
        const updates = written(steps);
        fc.pre(updates.length > 0);
        const at = cut % (updates.length + 1);
        const [early, late] = [updates.slice(0, at), updates.slice(at)];
        const before = load(updates);
        const once = compact(updates);
        const twice = compact([...(early.length > 0 ? [compact(early).state] : []), ...late]);
        for (const { state, stateVector } of [once, twice]) {
          expect(Y.decodeStateVector(stateVector)).toEqual(Y.decodeStateVector(Y.encodeStateVector(before)));
          expect(content(load([state]))).toEqual(content(before));
          // Whoever was away comes back to the same, from what it lacks.
          const away = load(early);
          Y.applyUpdate(away, lacking(state, Y.encodeStateVector(away)));
          expect(content(away)).toEqual(content(before));
        }
      }),
      { numRuns: histories },
    );
  },
  20_000 + histories * 10,
);

it('SY5 collects what was deleted', () => {
  const doc = new Y.Doc();
  const updates: Uint8Array[] = [];
  doc.on('update', update => updates.push(update));
  for (let i = 0; i < 50; i++) {
    doc.getText('body').insert(0, 'x'.repeat(1000));
    doc.getText('body').delete(0, 1000);
  }
  expect(merge(updates).state.length).toBeGreaterThan(50_000);
  expect(compact(updates).state.length).toBeLessThan(1000);
});

it('SY5 keeps what waits for updates that are still missing', () => {
  const doc = new Y.Doc();
  const updates: Uint8Array[] = [];
  doc.on('update', update => updates.push(update));
  for (const text of ['a', 'b', 'c']) doc.getText('body').insert(doc.getText('body').length, text);
  const gap = compact([updates[0]!, updates[2]!]).state;
  expect(load([gap, updates[1]!]).getText('body').toJSON()).toBe('abc');
});

it('gives a document of one update as the bytes that came, without reading it', () => {
  const doc = new Y.Doc();
  doc.getText('body').insert(0, 'one');
  const update = Y.encodeStateAsUpdate(doc);
  const { state, stateVector } = merge([update]);
  expect(state).toBe(update);
  expect(Y.decodeStateVector(stateVector)).toEqual(Y.decodeStateVector(Y.encodeStateVector(doc)));
});
