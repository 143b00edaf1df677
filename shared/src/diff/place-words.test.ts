import { expect, test } from 'vitest';
import { placeWords } from './place-words.ts';

const nothing = { path: null, metric: null, step: null, section: null, file: null };

test('says in one line where somebody looks', () => {
  expect(placeWords({ ...nothing, title: 'brisk-otter', metric: 'val_loss', step: 3400 })).toBe(
    'brisk-otter · val_loss @ step 3,400',
  );
  expect(placeWords({ ...nothing, title: 'brisk-otter', metric: 'val_loss' })).toBe('brisk-otter · val_loss');
  const file = { projectId: 'p', path: 'MODEL_CARD.md', line: 11 };
  expect(placeWords({ ...nothing, title: 'MODEL_CARD.md', section: 'Intended use', file })).toBe(
    'MODEL_CARD.md · Intended use',
  );
  expect(placeWords({ ...nothing, title: 'train.py', file })).toBe('train.py · line 12');
});
