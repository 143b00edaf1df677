import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../setup/root.ts';
import { slow } from './slow-first.ts';

test('every file that is said to be slow is there', () => {
  const gone = slow.filter(name => !existsSync(join(root, 'test', `${name}.test.ts`)));
  expect(gone).toEqual([]);
});
