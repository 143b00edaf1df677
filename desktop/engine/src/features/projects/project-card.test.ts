import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { projectFile } from '@benchmate/shared/domain/project';
import { readProjectCard } from './project-card.ts';

let home: string;
let dir: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'benchmate-card-'));
  dir = mkdtempSync(join(home, 'project-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const read = (card: string) =>
  readProjectCard({
    projectId: 'churn-0a1b2c3d',
    dir,
    file: projectFile.parse({ id: 'churn-0a1b2c3d', name: 'churn', card }),
  });

test('the card is read as it is, and a project may lack one', async () => {
  writeFileSync(join(dir, 'MODEL_CARD.md'), '# Card\n');
  expect(await read('MODEL_CARD.md')).toBe('# Card\n');
  expect(await read('other.md')).toBe('');
});

test('nothing outside the project is read, whatever benchmate.yaml or a link says', async () => {
  writeFileSync(join(home, 'secret.md'), 'canary');
  symlinkSync(join(home, 'secret.md'), join(dir, 'link.md'));
  expect(await read('../secret.md')).toBe('');
  expect(await read(join(home, 'secret.md'))).toBe('');
  expect(await read('link.md')).toBe('');
});

test('a card too large to travel with every version stays behind', async () => {
  writeFileSync(join(dir, 'MODEL_CARD.md'), 'x'.repeat(200_001));
  expect(await read('MODEL_CARD.md')).toBe('');
});
