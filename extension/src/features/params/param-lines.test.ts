import { expect, test } from 'vitest';
import { paramLines } from './param-lines.ts';

test('params come with dotted keys, their text, and the line they stand on', () => {
  const text = [
    '# what to try',
    'lr: 1e-3   # step size',
    'model:',
    '  depth: 8',
    '  layers: [64, 32]',
    'name: "x y"',
    'amp: True',
    'note:',
    '',
  ].join('\n');
  expect(paramLines(text)).toEqual([
    { key: 'lr', value: '1e-3', line: 1 },
    { key: 'model.depth', value: '8', line: 3 },
    { key: 'model.layers', value: '[64, 32]', line: 4 },
    { key: 'name', value: 'x y', line: 5 },
    { key: 'amp', value: 'True', line: 6 },
    { key: 'note', value: 'null', line: 7 },
  ]);
});

test('a half-typed file gives what can be read, and never throws', () => {
  expect(paramLines('lr: 0.1\nmod').map(({ key }) => key)).toContain('lr');
  expect(paramLines('- 1\n- 2\n')).toEqual([]);
  expect(paramLines('')).toEqual([]);
  expect(() => paramLines('a: [1, \n{{')).not.toThrow();
});
