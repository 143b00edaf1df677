import { expect, test } from 'vitest';
import { chosenMetric } from './chosen-metric.ts';

const logged = (...keys: string[]) => ({
  metrics: Object.fromEntries(keys.map(key => [key, { step: 1, timestamp: 1, value: 1 }])),
});
const project = { primaryMetric: 'val_loss', directions: {} };

test('the chosen metric is the primary one, else one whose direction is known', () => {
  expect(chosenMetric(logged('val_loss', 'acc'), project)).toBe('val_loss');
  expect(chosenMetric(logged('a_thing', 'accuracy'), project)).toBe('accuracy');
  expect(chosenMetric(logged('system/cpu'), project)).toBeUndefined();
});
