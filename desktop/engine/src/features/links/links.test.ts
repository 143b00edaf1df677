import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RegisteredModel } from '@benchmate/shared/domain/registry';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { projectText } from './project-text.ts';
import { LinksService } from './service.ts';

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'benchmate-links-'));
  mkdirSync(join(home, 'project'));
  writeFileSync(join(home, 'secret'), 'outside\n');
  writeFileSync(join(home, 'project', 'params.yaml'), 'seed: 1\r\nlr:\t0.003\n');
  writeFileSync(join(home, 'project', 'long.txt'), `${'😀'.repeat(200)}\n`);
  writeFileSync(join(home, 'project', 'large.bin'), Buffer.alloc(2_000_001));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const runs = { abcd1234: { runId: 'abcd1234', name: 'otter', metrics: { 'val/auc': { value: 'NaN' as const } } } };
const links = new LinksService({
  run: async begin => {
    const fits = Object.values(runs).filter(({ runId }) => runId.startsWith(begin));
    if (fits[0]) return fits[0];
    throw new BenchmateError(begin === 'twin' ? 'BAD_REQUEST' : 'NOT_FOUND', 'no', '');
  },
  models: () => [{ name: 'churn', versions: [{ version: 9 }] } as RegisteredModel],
  notes: () => [
    { noteId: 'abcdef', title: 'One' },
    { noteId: 'abcdxy', title: 'Two' },
  ],
  readFile: (projectId, path) => (projectId === 'p' ? projectText(join(home, 'project'), path) : Promise.resolve(null)),
});
const says = async (...hrefs: string[]) =>
  (await links.resolve(hrefs, 'p')).map(({ state, value, page }) => [state, value, page]);

test('each address is answered in order with its value and its page, or with why there is none', async () => {
  expect(await says('run:abcd#val/auc', 'run:abcd', 'run:abcd#toString', 'run:twin', 'run:none')).toEqual([
    ['found', 'NaN', '/runs/abcd1234'],
    ['found', 'otter', '/runs/abcd1234'],
    ['missing', '', '/runs/abcd1234'],
    ['ambiguous', '', null],
    ['missing', '', null],
  ]);
  expect(await says('model:churn/9', 'model:churn/8', 'note:abcdef', 'note:abcd', 'command:x')).toEqual([
    ['found', 'churn v9', '/models/churn/v9'],
    ['missing', '', null],
    ['found', 'One', '/notes/abcdef'],
    ['ambiguous', '', null],
    ['missing', '', null],
  ]);
});

test('a line is the project’s own, of a file of reasonable size; what lies elsewhere is not read', async () => {
  expect(await says('line:params.yaml#L2', 'line:params.yaml#L1-L2', 'line:params.yaml#L9')).toEqual([
    ['found', 'lr: 0.003', null],
    ['found', 'seed: 1 lr: 0.003', null],
    ['missing', '', null],
  ]);
  expect((await links.resolve(['line:long.txt#L1'], 'p'))[0]!.value).toMatch(/^😀+…$/u);
  expect(await says('line:../secret#L1', 'line:large.bin#L1', 'line:gone.py#L1')).toEqual(
    Array.from({ length: 3 }, () => ['missing', '', null]),
  );
  expect((await links.resolve(['line:params.yaml#L1'], 'other'))[0]).toMatchObject({ state: 'missing' });
});

test.skipIf(process.platform === 'win32')(
  'a link of the file system that leads out of the folder is not followed',
  async () => {
    symlinkSync(join(home, 'secret'), join(home, 'project', 'innocent.txt'));
    expect(await says('line:innocent.txt#L1')).toEqual([['missing', '', null]]);
  },
);
