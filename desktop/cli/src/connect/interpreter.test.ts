import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chooseInterpreter } from './interpreter.ts';

const inside = process.platform === 'win32' ? join('Scripts', 'python.exe') : join('bin', 'python');
let dir: string;

beforeAll(() => (dir = mkdtempSync(join(tmpdir(), 'benchmate-interpreter-'))));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function environment(...path: string[]): string {
  const python = join(dir, ...path, inside);
  mkdirSync(dirname(python), { recursive: true });
  writeFileSync(python, '');
  return python;
}

test('the active environment comes before the project’s, and conda’s last: its base is always active', () => {
  const [active, own, conda] = [environment('active'), environment('project', '.venv'), environment('conda')];
  const env = { VIRTUAL_ENV: join(dir, 'active'), CONDA_PREFIX: join(dir, 'conda') };
  const folders = [join(dir, 'project'), join(dir, 'project', 'notebooks')];
  expect(chooseInterpreter(undefined, folders, env)).toBe(active);
  expect(chooseInterpreter(undefined, folders, { CONDA_PREFIX: env.CONDA_PREFIX })).toBe(own);
  expect(chooseInterpreter(undefined, [dir], { CONDA_PREFIX: env.CONDA_PREFIX })).toBe(conda);
  expect(() => chooseInterpreter(undefined, [dir], {})).toThrow('no Python environment here');
});

test('one is named by its folder or by its interpreter', () => {
  const named = environment('named');
  expect(chooseInterpreter(join(dir, 'named'), [], {})).toBe(named);
  expect(chooseInterpreter(named, [], { VIRTUAL_ENV: dir })).toBe(named);
  expect(() => chooseInterpreter(join(dir, 'missing'), [], {})).toThrow('There is no Python at');
});
