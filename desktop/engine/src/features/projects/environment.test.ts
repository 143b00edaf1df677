import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { environmentPython, PythonEnvironments, type ProgressLine } from './environment.ts';
import { findPython } from './find-python.ts';
import { runTool } from './run-tool.ts';

let dir: string;
let environments: PythonEnvironments;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'benchmate-environment-'));
  environments = new PythonEnvironments();
  vi.stubEnv('BENCHMATE_UV', join(dir, 'no-uv'));
});
afterEach(() => {
  environments.stop();
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
});

async function prepare(signal = new AbortController().signal): Promise<ProgressLine[]> {
  const lines: ProgressLine[] = [];
  for await (const { data } of environments.prepare(dir, signal)) lines.push(data);
  return lines;
}

const works = async () => (await runTool([environmentPython(dir), '-c', 'import sys; print(sys.prefix)']))?.lines;

test('E35 prepare makes a half-made environment anew, once for all who ask; then it is ready at once', async () => {
  mkdirSync(join(dir, '.venv', 'bin'), { recursive: true });
  writeFileSync(join(dir, '.venv', 'bin', 'left-over'), '');
  writeFileSync(join(dir, '.venv', 'benchmate-ready'), 'x');
  const requirements = join(dir, 'requirements.txt');
  writeFileSync(requirements, '# nothing yet\n');
  const [first, second] = await Promise.all([prepare(), prepare()]);
  expect(first).toEqual(second);
  expect(first.at(-1)).toEqual({ line: 'The Python environment is ready.', done: true });
  expect(first.slice(0, -1).every(({ done }) => !done)).toBe(true);
  expect(await works()).toEqual([join(dir, '.venv')]);
  expect(existsSync(join(dir, '.venv', 'bin', 'left-over'))).toBe(false);
  const made = statSync(environmentPython(dir)).ctimeMs;
  expect(await prepare()).toHaveLength(1);

  // Changed requirements are installed into the environment that is there.
  writeFileSync(requirements, '# still nothing\n');
  expect((await prepare()).length).toBeGreaterThan(1);
  expect(statSync(environmentPython(dir)).ctimeMs).toBe(made);
  writeFileSync(requirements, 'not a == requirement\n');
  await expect(prepare()).rejects.toMatchObject({
    code: 'BAD_REQUEST',
    message: expect.stringMatching(/could not be made: .*requirement/i),
    nextStep: expect.stringContaining('requirements.txt'),
  });
  expect(existsSync(join(dir, '.venv', 'benchmate-ready'))).toBe(false);
}, 60_000);

test('E35 who stops listening stops nothing; the end of the engine does', async () => {
  const control = new AbortController();
  const listening = prepare(control.signal);
  control.abort();
  expect(await listening).toEqual([]);
  environments.stop();
  await expect(prepare()).rejects.toMatchObject({ code: 'CANCELLED' });
}, 60_000);

test('E36 Python is found by name, and an old one or none is a sentence', async () => {
  expect((await runTool([...(await findPython()), '--version']))?.lines.join()).toMatch(/Python 3\.\d+/);
  await expect(findPython({ BENCHMATE_PYTHON: join(dir, 'nowhere') })).rejects.toMatchObject({
    code: 'TOOL_MISSING',
    message: expect.stringContaining('nowhere does not run'),
  });
  if (process.platform === 'win32') return;
  const old = join(dir, 'python3');
  writeFileSync(old, '#!/bin/sh\necho 3.8\n', { mode: 0o755 });
  await expect(findPython({ BENCHMATE_PYTHON: old })).rejects.toMatchObject({
    message: expect.stringMatching(/Python 3\.10 or newer was not found .*is 3\.8/),
  });
  vi.stubEnv('PATH', dir);
  await expect(findPython({})).rejects.toMatchObject({ message: expect.stringContaining('python3 is 3.8') });
  expect(readFileSync(old, 'utf8')).toContain('3.8');
});
