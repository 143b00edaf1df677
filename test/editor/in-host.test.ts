import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../.ci/setup/root.ts';
import { runInHost } from '../support/editor-host.ts';
import { packagedExtension } from '../support/editor.ts';

test('the suite inside the extension host passes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'churn-'));
  const results = join(root, 'test-output/in-host.json');
  mkdirSync(join(root, 'test-output'), { recursive: true });
  rmSync(results, { force: true });
  writeFileSync(join(folder, 'benchmate.yaml'), 'id: churn-abcdef12\nname: churn\nprimaryMetric: val_loss\n');
  writeFileSync(join(folder, 'params.yaml'), 'lr: 0.01\nepochs: 5\n');
  writeFileSync(join(folder, 'MODEL_CARD.md'), '# Churn\n');
  try {
    await runInHost({
      suite: 'test/editor/in-host/suite.ts',
      vsix: [packagedExtension()],
      folder,
      env: { IN_HOST_RESULTS: results },
    });
  } catch (error) {
    throw new Error(failures(results) || String(error), { cause: error });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  expect(JSON.parse(readFileSync(results, 'utf8'))).toMatchObject({ stats: { failures: 0 } });
});

/** Which tests failed, and why: the editor itself only says that some did. */
function failures(results: string): string {
  try {
    const report = JSON.parse(readFileSync(results, 'utf8')) as {
      failures: { fullTitle: string; err: { message?: string } }[];
    };
    return report.failures.map(({ fullTitle, err }) => `${fullTitle}: ${err.message ?? ''}`).join('\n');
  } catch {
    return '';
  }
}
