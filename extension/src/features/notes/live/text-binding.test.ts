import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { TestingEditor } from './testing-editor.ts';
import { TextBinding } from './text-binding.ts';
import { editBetween, withPlainEnds, type TextEdit } from './text-edit.ts';

/** Editors of one note, each with a document of its own; updates travel when they are let through. */
class Bench {
  readonly sides;
  readonly #ways: Uint8Array[][][];

  constructor(text: string, ends: readonly ('\n' | '\r\n')[]) {
    const first = new Y.Doc();
    first.getText('body').insert(0, text);
    const given = Y.encodeStateAsUpdate(first);
    this.#ways = ends.map(() => ends.map(() => []));
    this.sides = ends.map((end, from) => {
      const shared = new Y.Doc();
      Y.applyUpdate(shared, given);
      const editor = new TestingEditor(text, end);
      const binding = new TextBinding({ shared, editor, given });
      const undo = new Y.UndoManager(shared.getText('body'), { trackedOrigins: new Set([binding]), captureTimeout: 0 });
      editor.onTyped = edits => binding.typed(edits);
      shared.on('update', (update: Uint8Array, origin: unknown) => {
        if (origin === 'peer') return;
        for (const [to, way] of this.#ways[from]!.entries()) if (to !== from) way.push(update);
      });
      return { shared, editor, binding, undo };
    });
  }

  pass(from: number, to: number): boolean {
    const update = this.#ways[from]![to]!.shift();
    if (update) Y.applyUpdate(this.sides[to]!.shared, update, 'peer');
    return update !== undefined;
  }

  async rest(): Promise<void> {
    for (let quiet = 0; quiet < 3;) {
      await new Promise(resolve => setTimeout(resolve, quiet === 0 ? 0 : 15)); // longer than the binding waits to ask again
      let moved = false;
      for (const [from] of this.sides.entries())
        for (const [to] of this.sides.entries()) while (this.pass(from, to)) moved = true;
      for (const { editor } of this.sides) while (editor.step('toExtension') || editor.step('toWindow')) moved = true;
      quiet = moved ? 0 : quiet + 1;
    }
    await Promise.all(this.sides.map(({ binding }) => binding.settled()));
  }

  texts(): string[] {
    return this.sides.flatMap(({ editor, shared }) =>
      [editor.text, shared.getText('body').toJSON()].map(withPlainEnds),
    );
  }
}

/** Whatever was answered is taken up, and nothing else happens. */
const soon = async () => {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
};
const insert = (offset: number, inserted: string): TextEdit => ({ offset, deleted: 0, inserted });
const cutAt = (text: string, at: number): number =>
  /^[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(text.slice(at - 1, at + 1)) ? at - 1 : at;

/** What people type: whole characters, line ends of either kind, two places at once. */
const typing = fc.record({
  kind: fc.constant('type' as const),
  side: fc.nat(2),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  deleted: fc.nat(6),
  inserted: fc.constantFrom('', 'a', 'word ', '\n', '\r\n', '😀', '👩‍👩‍👧', 'é\n\nß', 'aaaa', '# Title\n'),
  twice: fc.boolean(),
});
const moves = fc.oneof(
  { weight: 4, arbitrary: typing },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constantFrom('toExtension' as const, 'toWindow' as const), side: fc.nat(2) }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('pass' as const), side: fc.nat(2), to: fc.nat(2) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('undo' as const, 'redo' as const, 'revert' as const),
      side: fc.nat(2),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('save' as const), side: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'turn' as const, side: 0 }) },
);

test('three editors that hear of each other late, with either line end, come to the same text', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('', 'one\ntwo\nthree 😀\n', 'one\r\ntwo\rthree\n😀😀'),
      fc.array(moves, { maxLength: 60 }),
      async (text, steps) => {
        const bench = new Bench(text, ['\n', '\r\n', '\n']);
        for (const step of steps) {
          await soon();
          const { editor, undo } = bench.sides[step.side]!;
          if (step.kind === 'type') {
            const plain = withPlainEnds(editor.text);
            const at = cutAt(plain, Math.round(step.at * plain.length));
            const end = cutAt(plain, Math.min(plain.length, at + step.deleted));
            const edit = { offset: at, deleted: Math.max(0, end - at), inserted: step.inserted };
            editor.type(step.twice ? [edit, insert(0, step.inserted)] : [edit]);
          } else if (step.kind === 'undo') undo.undo();
          else if (step.kind === 'redo') undo.redo();
          else if (step.kind === 'revert') editor.revert();
          else if (step.kind === 'save') editor.save();
          else if (step.kind === 'pass') bench.pass(step.side, step.to);
          else if (step.kind === 'turn') await new Promise(resolve => setImmediate(resolve));
          else editor.step(step.kind);
        }
        await bench.rest();
        const [first, ...others] = bench.texts();
        for (const other of others) expect(other).toBe(first);
      },
    ),
    { numRuns: 60 },
  );
}, 60_000);

test('nothing that anybody typed is lost or doubled, however late it is told', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(moves, { maxLength: 80 }), async steps => {
      const bench = new Bench('start\nend', ['\n', '\r\n', '\n']);
      const typed: string[] = [];
      for (const step of steps) {
        await soon();
        const { editor } = bench.sides[step.side]!;
        if (step.kind === 'type') {
          const token = `<${typed.length}>\n`;
          const plain = withPlainEnds(editor.text);
          // Not into another token: it would be there, and not be found.
          const places = [0, ...[...plain.matchAll(/\n/g)].map(({ index }) => index + 1)];
          editor.type([insert(places[Math.floor(step.at * (places.length - 0.01))]!, token)]);
          typed.push(token);
        } else if (step.kind === 'pass') bench.pass(step.side, step.to);
        else if (step.kind === 'save') editor.save();
        else if (step.kind === 'toExtension' || step.kind === 'toWindow') editor.step(step.kind);
        else await new Promise(resolve => setImmediate(resolve));
      }
      await bench.rest();
      const [text = ''] = bench.texts();
      for (const token of typed) expect(text.split(token)).toHaveLength(2);
      expect(text).toHaveLength('start\nend'.length + typed.join('').length);
    }),
    { numRuns: 40 },
  );
}, 60_000);

test('an editor that tells of a change without edits, as at saving, while it takes others’ words, does not write them again', async () => {
  const bench = new Bench('', ['\n', '\n']);
  const [ada, ben] = [bench.sides[0]!, bench.sides[1]!];
  const benWrites = async (word: string) => {
    ben.editor.type([insert(0, word)]);
    while (ben.editor.step('toExtension') || bench.pass(1, 0)) await soon();
  };
  await benWrites('one ');
  ada.editor.save();
  ada.editor.step('toExtension');
  await benWrites('two ');
  while (ada.editor.step('toWindow') || ada.editor.step('toExtension')) await soon();
  await bench.rest();
  expect(new Set(bench.texts())).toEqual(new Set(['two one ']));
});

test('undo takes back what this person wrote and leaves what a teammate wrote', async () => {
  const bench = new Bench('', ['\n', '\r\n']);
  const [ada, ben] = [bench.sides[0]!, bench.sides[1]!];
  ada.editor.type([insert(0, 'Ada was here.\n')]);
  await bench.rest();
  ben.editor.type([insert(0, 'Ben too.\n')]);
  await bench.rest();
  ada.undo.undo();
  await bench.rest();
  expect(new Set(bench.texts())).toEqual(new Set(['Ben too.\n']));
  ada.undo.redo();
  await bench.rest();
  expect(ben.editor.text).toBe('Ben too.\r\nAda was here.\r\n');
});

test('half a character that somebody pastes becomes a sign for it, here as with the others', async () => {
  const bench = new Bench('😀', ['\n', '\n']);
  bench.sides[0]!.editor.type([{ offset: 1, deleted: 1, inserted: '\uDE01' }]); // another smile, by its second half
  bench.sides[0]!.editor.type([insert(0, '\uD83D')]);
  await bench.rest();
  expect(new Set(bench.texts())).toEqual(new Set(['\uFFFD😁']));
});

test('an editor that was given something older shows what is shared, and gives nothing of it back', async () => {
  const bench = new Bench('new words', ['\n']);
  const { shared, binding } = bench.sides[0]!;
  binding.end();
  const editor = new TestingEditor('old words of a restored window', '\n');
  const late = new TextBinding({ shared, editor, given: Y.encodeStateAsUpdate(shared) });
  editor.onTyped = edits => late.typed(edits);
  await bench.rest();
  while (editor.step('toWindow') || editor.step('toExtension')) await new Promise(resolve => setImmediate(resolve));
  await late.settled();
  expect([editor.text, shared.getText('body').toJSON()]).toEqual(['new words', 'new words']);
});

test('a place in one editor is the same place in another one, whatever stands before it', async () => {
  const bench = new Bench('one\ntwo\nthree', ['\n', '\r\n']);
  const [ada, ben] = [bench.sides[0]!, bench.sides[1]!];
  const anchor = JSON.parse(JSON.stringify(ada.binding.anchorAt(8))) as Y.RelativePosition;
  ben.editor.type([insert(0, 'zero\n')]);
  await bench.rest();
  expect(withPlainEnds(ben.editor.text).slice(ben.binding.offsetOf(anchor)!)).toBe('three');
});

test('others’ edits in two distant places of a long note arrive as two, so that what is between them does not move', async () => {
  const line = 'a line of a long note\n';
  const bench = new Bench(line.repeat(10_000), ['\n', '\n']);
  const [ada, ben] = [bench.sides[0]!, bench.sides[1]!];
  const asked: number[] = [];
  const change = ben.editor.change.bind(ben.editor);
  ben.editor.change = edits => {
    asked.push(...edits.map(({ inserted }) => inserted.length));
    return change(edits);
  };
  ada.editor.type([insert(line.length * 9_000, 'end '), insert(0, 'begin ')]);
  await bench.rest();
  expect(asked.toSorted((a, b) => a - b)).toEqual([4, 6]);
  expect(new Set(bench.texts()).size).toBe(1);
});

test('a megabyte that is pasted goes in pieces that pass every limit, and is whole with the other', async () => {
  const bench = new Bench('', ['\n', '\n']);
  const largest = { bytes: 0 };
  bench.sides[0]!.shared.on('update', (update: Uint8Array) => (largest.bytes = Math.max(largest.bytes, update.length)));
  const pasted = '😀é\n'.repeat(300_000);
  bench.sides[0]!.editor.type([insert(0, pasted)]);
  await bench.rest();
  expect(new Set(bench.texts())).toEqual(new Set([pasted]));
  expect(largest.bytes).toBeLessThan(1_000_000);
});

test('the smallest edit parts no character of two units', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('😀', '😁', 'a', '\n')),
      fc.array(fc.constantFrom('😀', '😁', 'a', '\n')),
      (a, b) => {
        const [before, after] = [a.join(''), b.join('')];
        const edit = editBetween(before, after);
        expect(edit === null).toBe(before === after);
        if (!edit) return;
        expect(edit.inserted.isWellFormed()).toBe(true);
        expect(before.slice(edit.offset, edit.offset + edit.deleted).isWellFormed()).toBe(true);
        expect(before.slice(0, edit.offset) + edit.inserted + before.slice(edit.offset + edit.deleted)).toBe(after);
      },
    ),
  );
});
