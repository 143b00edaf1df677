import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { errorCodes } from '@benchmate/shared/errors/codes';
import { engineContract } from '@benchmate/shared/protocol/engine';
import { commandLine } from '../support/command-line.ts';

// The engine's life as `benchmate engine …` shows it.
const { jobs } = engineContract;
const home = mkdtempSync(join(tmpdir(), 'benchmate-cli-'));
const { cli, benchmate, ask } = commandLine(home, home);
afterAll(async () => {
  await benchmate(['engine', 'stop', '--force']);
  rmSync(home, { recursive: true, force: true });
});

test('status starts none, start starts one, and a second start finds it', async () => {
  const status = z.object({ running: z.boolean(), dataDir: z.string() });
  const before = await benchmate(['engine', 'status', '--json']);
  expect(before.code).toBe(errorCodes.ENGINE_UNAVAILABLE.exit);
  expect(status.parse(JSON.parse(before.stdout))).toEqual({ running: false, dataDir: join(home, 'ada') });
  const started = z.object({ started: z.boolean(), url: z.url(), pid: z.int(), version: z.string() });
  const first = await ask(started, ['engine', 'start']);
  expect(first.started).toBe(true);
  expect(await ask(started, ['engine', 'start'])).toMatchObject({ started: false, pid: first.pid });
  expect((await ask(status, ['engine', 'status'])).running).toBe(true);
  const other = await benchmate(['engine', 'start', '--durability', 'normal']);
  expect(other.stdout).toContain('It keeps durability full: stop it first to change that.');
});

test('stop ends it, and the next command starts one that has everything', async () => {
  const stopped = z.strictObject({ stopped: z.boolean() });
  expect(await ask(stopped, ['engine', 'stop'])).toEqual({ stopped: true });
  expect(await ask(stopped, ['engine', 'stop'])).toEqual({ stopped: false });
  expect(await ask(jobs.list.output, ['jobs', 'list'])).toEqual([]);
});

test('run stays in the foreground, announces itself in its first line and ends with Ctrl+C', async () => {
  const child = spawn(process.execPath, [cli, 'engine', 'run', '--data-dir', join(home, 'foreground')]);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const announced = z.strictObject({ url: z.url(), endpointFile: z.string() }).parse(JSON.parse(line.toString()));
  expect((await fetch(`${announced.url}/health`)).status).toBe(200);
  child.kill('SIGINT');
  const [code] = (await once(child, 'exit')) as [number];
  expect(code).toBe(0);
});
