import * as fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { describe, expect, test } from 'vitest';
import { BenchmateError } from '../errors/benchmate-error.ts';
import { setParam } from './params-edit.ts';
import { flattenParams, parseParamValue, readParams, type ParamValue } from './params-file.ts';

const file = `# training
seed: 7
model:
  learning_rate: 1e-3   # keep small
  layers: [64,  32]
  kind: 'gbm'
  stages:
    - 1
    - 2
data: { split: 0.2, name: "bc" }
note:
`;

describe('reading', () => {
  test('dotted keys, value texts as written, lists as one value', () => {
    expect(flattenParams(file)).toEqual({
      seed: '7',
      'model.learning_rate': '1e-3',
      'model.layers': '[64, 32]',
      'model.kind': 'gbm',
      'model.stages': '[1, 2]',
      'data.split': '0.2',
      'data.name': 'bc',
      note: 'null',
    });
  });
  test('the exact place of each value, counted from 0', () => {
    const place = (key: string) => readParams(file).find(entry => entry.key === key)!.range;
    expect(place('model.learning_rate')).toMatchObject({
      start: { line: 3, column: 17 },
      end: { line: 3, column: 21 },
    });
    expect(place('model.kind')).toMatchObject({ start: { line: 5, column: 8 }, end: { line: 5, column: 13 } });
    expect(place('note')).toMatchObject({ start: { line: 10, column: 5 }, end: { line: 10, column: 5 } });
    for (const { range } of readParams(file))
      expect(file.slice(range.startOffset, range.endOffset)).not.toMatch(/^\s|\s$|#/);
  });
  test('aliases and merge keys are followed and marked', () => {
    const text = 'base: &b\n  lr: 1\n  deep: 2\nrun:\n  <<: *b\n  lr: 3\nother: *b\n';
    expect(readParams(text).map(({ key, value, inherited }) => [key, value, inherited])).toEqual([
      ['base.lr', '1', false],
      ['base.deep', '2', false],
      ['run.lr', '3', false],
      ['run.deep', '2', true],
      ['other.lr', '1', true],
      ['other.deep', '2', true],
    ]);
  });
  test('an empty file has no params, CRLF and a byte order mark do no harm', () => {
    expect(readParams('')).toEqual([]);
    expect(readParams('# only a comment\n')).toEqual([]);
    expect(flattenParams('\uFEFFa: 1\r\nb: 2\r\n')).toEqual({ a: '1', b: '2' });
  });
  test('what is not valid names file and line', () => {
    expect(() => readParams('a: 1\nb: [1, 2\nc: 3\n', 'conf.yaml')).toThrow(
      /conf\.yaml is not valid YAML at line [234]/,
    );
    expect(() => readParams('a: 1\na: 2\n')).toThrow(/line 2/);
    expect(() => readParams('- 1\n- 2\n')).toThrow(BenchmateError);
  });
});

describe('setting', () => {
  test.each<[string, ParamValue, string, string]>([
    ['seed', 8, 'seed: 7\n', 'seed: 8\n'],
    ['model.learning_rate', 0.1, '1e-3   # keep', '0.1   # keep'],
    ['model.learning_rate', 1e-7, '1e-3   # keep', '1.0e-7   # keep'],
    ['model.layers', [1, 2], '[64,  32]', '[1, 2]'],
    ['model.kind', "it's", "'gbm'", "'it''s'"],
    ['model.stages', [3], 'stages:\n    - 1\n    - 2\n', 'stages: [3]\n'],
    ['data.split', 0.3, 'split: 0.2', 'split: 0.3'],
    ['data.name', 'x, y', '"bc"', '"x, y"'],
    ['note', 'no', 'note:\n', 'note: "no"\n'],
    ['model.depth', 3, '    - 2\n', '    - 2\n  depth: 3\n'],
    ['data.new', true, '"bc" }', '"bc", new: true }'],
    ['opt.name', 'adam', 'note:\n', 'note:\nopt:\n  name: adam\n'],
    ['note.text', 'hi', 'note:\n', 'note:\n  text: hi\n'],
  ])('%s = %s changes only that', (key, value, from, to) => {
    expect(setParam(file, key, value)).toBe(file.replace(from, to));
  });
  test('a file without a newline at the end, an empty file, CRLF', () => {
    expect(setParam('a: 1', 'b', 2)).toBe('a: 1\nb: 2');
    expect(setParam('', 'a.b', 2)).toBe('a:\n  b: 2\n');
    expect(setParam('a: 1\r\n', 'b', 2)).toBe('a: 1\r\nb: 2\r\n');
  });
  test('an inherited value is set where it is used', () => {
    const text = 'base: &b\n  lr: 1\nrun:\n  <<: *b\n';
    expect(setParam(text, 'run.lr', 2)).toBe('base: &b\n  lr: 1\nrun:\n  <<: *b\n  lr: 2\n');
  });
  test('sections, values used as sections, and shared values are refused', () => {
    expect(() => setParam(file, 'model', 1)).toThrow(/section/);
    expect(() => setParam(file, 'seed.x', 1)).toThrow(/is a value/);
    expect(() => setParam('a: &x 1\nb: *x\n', 'a', 2)).toThrow(/without changing other values/);
    expect(() => setParam('base: &b\n  lr: 1\nother: *b\n', 'other.lr', 2)).toThrow(BenchmateError);
  });
});

const scalar = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.string(),
  fc.constant(null),
  fc.constantFrom('no', '1e-7', '1:30', '# x', 'a: b', "'", '- x', '0x1', '~', ''),
);
const name = fc.stringMatching(/^[a-z][a-z_]{3,8}$/).filter(key => !/^(null|true|false)$/.test(key));
const tree = fc.dictionary(
  name,
  fc.oneof(scalar, fc.dictionary(name, scalar, { minKeys: 1, maxKeys: 4 }), fc.array(fc.integer(), { maxLength: 3 })),
  { minKeys: 1, maxKeys: 5 },
);

test('setting any value of any file keeps every other byte and reads back the same', () => {
  fc.assert(
    fc.property(tree, scalar, fc.nat(), fc.boolean(), (data, value, pick, commented) => {
      const plain = stringify(data, { lineWidth: 0 });
      const text = commented && !/[|>][+-]?\d*\n/.test(plain) ? plain.replaceAll(/([\]\d])\n/g, '$1 # why\n') : plain;
      const entries = readParams(text);
      const entry = entries[pick % entries.length]!;
      const edited = setParam(text, entry.key, value);
      const [before, after] = [flattenParams(text), flattenParams(edited)];
      expect({ ...after, [entry.key]: '' }).toEqual({ ...before, [entry.key]: '' });
      expect(edited.startsWith(text.slice(0, text.slice(0, entry.range.startOffset).trimEnd().length))).toBe(true);
      expect(edited.endsWith(text.slice(entry.range.endOffset))).toBe(true);
      for (const version of ['1.1', '1.2'] as const)
        expect(
          entry.key
            .split('.')
            .reduce<unknown>((node, part) => (node as Record<string, unknown>)[part], parse(edited, { version })),
        ).toEqual(value);
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['1e-3', 0.001],
  ['adam', 'adam'],
  ['true', true],
  ['[1, 2]', [1, 2]],
  ['a: b', 'a: b'],
  ['[', '['],
  ['', null],
])('the text %s of a command line is %j', (text, value) => expect(parseParamValue(text)).toEqual(value));
