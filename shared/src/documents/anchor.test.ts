import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { locate, makeAnchor } from './anchor.ts';

const card = Array.from({ length: 60 }, (_, i) => `Line ${i} speaks of topic ${(i * 37) % 101} at length.`).join('\n');
const rangeOf = (text: string, quote: string, from = 0) => {
  const start = text.indexOf(quote, from);
  return { start, end: start + quote.length };
};
function found(text: string, anchor: ReturnType<typeof makeAnchor>): string {
  const place = locate(anchor, text);
  return place.kind === 'found' ? text.slice(place.range.start, place.range.end) : 'orphaned';
}

describe('anchor', () => {
  it('stays at its place in a text that did not change', () => {
    const range = rangeOf(card, 'Line 20 speaks');
    expect(locate(makeAnchor(card, range), card)).toEqual({ kind: 'found', range, line: 20 });
  });

  it('moves by 100 lines when 100 lines are inserted above', () => {
    const anchor = makeAnchor(card, rangeOf(card, 'topic 74'));
    const place = locate(anchor, `${'New line above.\n'.repeat(100)}${card}`);
    expect(place).toMatchObject({ kind: 'found', line: anchor.line + 100 });
  });

  it('survives reformatting of white space', () => {
    const code = 'def train(lr, epochs):\n    model=Model(lr=lr,depth=3)\n    return model.fit(epochs)\n';
    const formatted =
      'def train(\n    lr,\n    epochs,\n):\n  model = Model(\n    lr = lr, depth = 3\n  )\n  return model.fit( epochs )\n';
    const anchor = makeAnchor(code, rangeOf(code, 'model=Model(lr=lr,depth=3)'));
    expect(found(formatted, anchor)).toBe('model = Model(\n    lr = lr, depth = 3\n  )');
  });

  it('survives edits directly before and behind', () => {
    const anchor = makeAnchor(card, rangeOf(card, 'Line 20 speaks of topic'));
    const edited = card.replace('Line 19', 'Row 19').replace('Line 21', 'Row 21');
    expect(found(edited, anchor)).toBe('Line 20 speaks of topic');
  });

  it('survives a small edit of the quoted words themselves', () => {
    const anchor = makeAnchor(card, rangeOf(card, 'Line 20 speaks of topic 33 at length.'));
    const edited = card.replace('Line 20 speaks of topic 33 at length.', 'Line 20 speaks of topic 34 in short.');
    expect(found(edited, anchor)).toBe('Line 20 speaks of topic 34 in short.');
  });

  it('becomes orphaned when its text is deleted, also where a twin stands elsewhere', () => {
    const twins = card.replace('Line 5 ', 'value = 1\nLine 5 ').replace('Line 50 ', 'value = 1\nLine 50 ');
    const anchor = makeAnchor(twins, rangeOf(twins, 'value = 1'));
    const deleted = twins.replace('value = 1\n', '');
    expect(locate(anchor, deleted)).toEqual({ kind: 'orphaned' });
  });

  it('tells twins apart by their surroundings, else takes the nearest', () => {
    const twins = card.replace('Line 5 ', 'value = 1\nLine 5 ').replace('Line 50 ', 'value = 1\nLine 50 ');
    const second = rangeOf(twins, 'value = 1', twins.indexOf('Line 40'));
    const moved = `${'Above.\n'.repeat(45)}${twins}`;
    expect(locate(makeAnchor(twins, second), moved)).toMatchObject({ kind: 'found', line: 45 + 51 });
    const same = 'x = 1\n'.repeat(50);
    const anchor = makeAnchor(same, { start: 25 * 6, end: 25 * 6 + 5 });
    expect(locate(anchor, same)).toMatchObject({ kind: 'found', line: 25 });
  });

  it('holds a whole file, an empty selection and a blank one', () => {
    expect(found('all of it', makeAnchor('all of it', { start: 0, end: 9 }))).toBe('all of it');
    const caret = makeAnchor(card, { start: card.indexOf('topic'), end: card.indexOf('topic') });
    expect(locate(caret, card)).toMatchObject({ kind: 'found', line: 0 });
    expect(locate(makeAnchor('', { start: 0, end: 0 }), '').kind).toBe('orphaned');
  });

  it('stays in a short text in which what stands around it also stands together elsewhere', () => {
    const lines = ['(a__( ', '=0', '=((', ')_.0)=a=,0', ') ,=... )', '.a.', '='];
    const text = lines.map((content, index) => `${index}: ${content}`).join('\n');
    const range = { start: 33, end: 59 };
    expect(locate(makeAnchor(text, range), text)).toMatchObject({ kind: 'found', range });
  });

  it('finds any range again in an unchanged text, and after insertions above', () => {
    const line = fc.stringMatching(/^[a-z0-9 =(),._]{0,30}$/);
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 3, maxLength: 30 }),
        fc.nat(),
        fc.nat(),
        fc.nat(40),
        (lines, a, b, above) => {
          const numbered = lines.map((content, index) => `${index}: ${content}`).join('\n');
          const start = a % numbered.length;
          const end = Math.min(numbered.length, start + 1 + (b % 60));
          const anchor = makeAnchor(numbered, { start, end });
          fc.pre(anchor.quote.trim() === anchor.quote);
          expect(locate(anchor, numbered)).toMatchObject({ kind: 'found', range: { start, end } });
          expect(found('#\n'.repeat(above) + numbered, anchor)).toBe(anchor.quote);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('never throws, and gives ranges inside the text, whatever became of it', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.string({ unit: 'binary' }),
        fc.nat(),
        fc.nat(),
        (text, other, a, b) => {
          const start = text.length ? a % text.length : 0;
          const anchor = makeAnchor(text, { start, end: Math.min(text.length, start + (b % 20)) });
          expect(anchor.quote.isWellFormed() || !text.isWellFormed()).toBe(true);
          const place = locate(anchor, other);
          if (place.kind === 'orphaned') return;
          expect(place.range.start).toBeGreaterThanOrEqual(0);
          expect(place.range.end).toBeGreaterThanOrEqual(place.range.start);
          expect(place.range.end).toBeLessThanOrEqual(other.length);
        },
      ),
    );
  });
});
