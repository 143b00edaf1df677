import { expect, test } from 'vitest';
import { logCallOf } from './log-call.ts';

const code = [
  'import mlflow',
  "# mlflow.log_metric('loss', 1)",
  "LOSS = 'loss'",
  'for step in range(9):',
  "    mlflow.log_metric('loss', 1 / step)",
  '',
  ...Array.from({ length: 8 }, () => ''),
  'mlflow.log_metrics(',
  '    {',
  '        "val/auc": 0.9,',
  '    }',
  ')',
].join('\n');

test('the call that logs a metric is found, also in a dictionary; a comment or a mention is none', () => {
  expect(logCallOf('loss', code)).toBe(4);
  expect(logCallOf('val/auc', code)).toBe(16);
  expect(logCallOf('auc', code)).toBeNull();
});
