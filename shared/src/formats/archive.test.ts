import { expect, test } from 'vitest';
import published from '../../docs/archive.schema.json' with { type: 'json' };
import { archiveSchema } from './archive.ts';

test('the published schema is the one that archives carry', () => {
  expect(archiveSchema()).toEqual(published);
});
