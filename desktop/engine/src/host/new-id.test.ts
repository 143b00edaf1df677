import { expect, test } from 'vitest';
import { newId } from './new-id.ts';

test('no id begins with a minus, whatever the dice say', () => {
  for (let first = 0; first < 256; first++)
    expect(newId(bytes => new Uint8Array(bytes).fill(first))).toMatch(/^[\w][\w-]{15}$/);
});
