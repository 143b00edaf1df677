import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseJson } from './parse-json.ts';

function parsed(body: string): unknown {
  let result: unknown;
  parseJson(body, (error, value) => (result = error ? error.message : value));
  return result;
}

const wide = (values: number) => JSON.stringify(Array.from({ length: values }, () => 0));

test('an empty body is an empty object, and what is no JSON says so', () => {
  expect(parsed('')).toEqual({});
  expect(parsed('{"a":')).toContain('not valid JSON');
});

test('more values than any call has are refused before they are parsed, whatever stands in texts', () => {
  expect(parsed(wide(240_000))).toHaveLength(240_000);
  expect(parsed(wide(260_000))).toContain('more than');
  expect(parsed('['.repeat(300_000))).toContain('more than');
  for (const text of [',[{'.repeat(300_000), '\\'.repeat(300_000), '\\",'.repeat(300_000), '"'.repeat(300_000)])
    expect(parsed(JSON.stringify({ text }))).toEqual({ text });
  expect(parsed(JSON.stringify({ text: '\\",'.repeat(99_999), wide: wide(0) }))).toMatchObject({ wide: '[]' });
  expect(parsed(`{"text":"${'\\\\'.repeat(150_000)}","wide":${wide(260_000)}}`)).toContain('more than');
});

test('whatever is valid and not too wide is parsed as JSON.parse does', () => {
  const padding = ' '.repeat(256 * 1024);
  fc.assert(
    fc.property(fc.json(), json => {
      expect(parsed(json + padding)).toEqual(JSON.parse(json));
    }),
    { numRuns: 100, seed: 7 },
  );
});
