import { describe, expect, test } from 'vitest';
import { makeAnchor } from './anchor.ts';
import { newSuggestion, suggestedEdit, suggestionIn, takesSuggestions, withEdit } from './suggestion.ts';

const params = 'model:\n  lr: 0.01\n  depth: 5\nseed: 1\n';
const anchorOn = (text: string, quote: string) => {
  const start = text.indexOf(quote);
  return makeAnchor(text, { start, end: start + quote.length });
};
const applied = (text: string, anchor: ReturnType<typeof anchorOn>, suggestion: string) =>
  withEdit(text, suggestedEdit(text, anchor, suggestion));

describe('a suggestion', () => {
  test.each([
    ['Slower.\n\n```suggestion\nlr: 0.001\n```\nBecause.', 'lr: 0.001'],
    ['~~~ suggestion\r\na\r\nb\r\n~~~', 'a\r\nb'],
    ['````suggestion\n```yaml\nx\n```\n````', '```yaml\nx\n```'],
    ['```suggestion\n```', ''],
    ['```python\nlr\n```', null],
    ['```suggestion\nnever closed', null],
  ])('in %j is %j', (body, suggestion) => {
    expect(suggestionIn(body)).toBe(suggestion);
  });

  test.each(['lr: 0.01', 'two\nlines', 'a ```fence``` in it', '````'])('begins with what %j says', quote => {
    const { text, from, to } = newSuggestion(quote);
    expect([suggestionIn(`Rather:\n\n${text}`), text.slice(from, to)]).toEqual([quote, quote]);
  });

  test('is made on text that is quoted whole alone', () => {
    const anchor = anchorOn(params, 'lr: 0.01');
    const takes = (path: string, changed = {}) => takesSuggestions({ path, anchor: { ...anchor, ...changed } });
    expect([
      takes('params.yaml'),
      takes('explore.ipynb'),
      takes('params.yaml', { quote: ' ' }),
      takes('params.yaml', { quote: 'x'.repeat(1999) }),
      takes('data.csv', { kind: 'column', column: 'age' }),
    ]).toEqual([true, false, false, false, false]);
  });

  test('replaces what is quoted, where it stands now', () => {
    const anchor = anchorOn(params, 'lr: 0.01');
    expect(applied(params, anchor, 'lr: 0.001')).toBe('model:\n  lr: 0.001\n  depth: 5\nseed: 1\n');
    expect(applied(`# new head\n${params}`, anchor, 'lr: 0.001')).toBe(
      '# new head\nmodel:\n  lr: 0.001\n  depth: 5\nseed: 1\n',
    );
  });

  test('with indentation replaces whole lines, and keeps the line ends of the file', () => {
    const anchor = anchorOn(params, 'lr: 0.01\n  depth: 5');
    expect(applied(params, anchor, '  lr: 0.1\n  depth: 6')).toBe('model:\n  lr: 0.1\n  depth: 6\nseed: 1\n');
    const windows = params.replaceAll('\n', '\r\n');
    expect(applied(windows, anchor, 'lr: 0.1\n  depth: 6')).toBe('model:\r\n  lr: 0.1\r\n  depth: 6\r\nseed: 1\r\n');
  });

  test('is refused where the text changed or is gone, and the text stays', () => {
    const anchor = anchorOn(params, 'lr: 0.01');
    expect(() => suggestedEdit(params.replace('0.01', '0.02'), anchor, 'lr: 0.001')).toThrow(
      /has changed since the suggestion was made: line 2 says “lr: 0.02” now/,
    );
    expect(() => suggestedEdit('something else altogether\n', anchor, 'lr: 0.001')).toThrow(/is gone/);
  });

  test('is refused where the thread is about no text', () => {
    const anchor = { ...anchorOn(params, 'lr'), kind: 'column' as const, column: 'age' };
    expect(() => suggestedEdit(params, anchor, 'x')).toThrow(/not about a piece of text/);
  });
});
