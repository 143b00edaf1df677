import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'benchmate-start-'));
  folders.push(path);
  return path;
}

interface Started {
  child: ChildProcess;
  output: () => string;
  exit: Promise<number | null>;
}

function start(args: string[], env: NodeJS.ProcessEnv = {}): Started {
  const child = spawn(process.execPath, ['.ci/start.ts', ...args], {
    cwd: root,
    env: { ...process.env, NO_COLOR: '1', ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return { child, output: () => output, exit: new Promise(resolve => child.once('close', resolve)) };
}

async function appears({ output, exit }: Started, text: string): Promise<void> {
  const ended = exit.then(() => {
    throw new Error(`ended before "${text}":\n${output()}`);
  });
  ended.catch(() => {});
  const deadline = Date.now() + 100_000;
  while (!output().includes(text)) {
    if (Date.now() > deadline) throw new Error(`"${text}" does not appear:\n${output()}`);
    await Promise.race([ended, new Promise(resolve => setTimeout(resolve, 20))]);
  }
}

/** Command lines of running processes that mention a folder: what a start left behind. */
function leftRunning(path: string): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter(pid => /^\d+$/.test(pid))
    .flatMap(pid => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        const alive = !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
        return alive && command.includes(path) ? [command] : [];
      } catch {
        return [];
      }
    });
}

/** A PATH that holds only the named programs. */
function pathWith(...programs: string[]): string {
  const bin = folder();
  for (const program of programs) {
    const found = spawnSync('which', [program], { encoding: 'utf8' }).stdout.trim();
    if (found) symlinkSync(found, join(bin, program));
  }
  return bin;
}

test('without git, one sentence says so before anything is done', async () => {
  const dir = join(folder(), 'data');
  const started = start(['--once', '--data-dir', dir], { PATH: pathWith('python3', 'node') });
  expect(await started.exit).not.toBe(0);
  expect(started.output()).toMatch(/^git is needed .* Install it from git-scm\.com/m);
  expect(started.output().trim().split('\n')).toHaveLength(1);
});

test('without Python, one sentence says which version is needed and how to name one', async () => {
  const dir = join(folder(), 'data');
  const started = start(['--once', '--data-dir', dir], { PATH: pathWith('git', 'node') });
  expect(await started.exit).not.toBe(0);
  expect(started.output()).toMatch(/Python 3\.10 or newer .* set BENCHMATE_PYTHON/);
});

test('a port that is taken is named, and nothing is left running', async () => {
  const dir = join(folder(), 'data');
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise(resolve => taken.once('listening', resolve));
  const { port } = taken.address() as { port: number };
  const started = start(['--once', '--data-dir', dir, '--port', String(port)]);
  const code = await started.exit;
  taken.close();
  expect(code).not.toBe(0);
  expect(started.output()).toContain(String(port));
  expect(started.output()).toMatch(/in use|taken/);
  expect(leftRunning(dir)).toEqual([]);
});

const canMount = process.platform === 'linux' && process.getuid?.() === 0;

test.skipIf(!canMount)('a disk that is too small is named with what is needed', async () => {
  const dir = join(folder(), 'small');
  mkdirSync(dir);
  expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', dir]).status).toBe(0);
  try {
    const started = start(['--once', '--data-dir', dir]);
    expect(await started.exit).toBe(7);
    expect(started.output()).toMatch(
      /The disk of .* has 1\d MiB left, and about 700 MiB are needed\.\s+Free some space/,
    );
  } finally {
    spawnSync('umount', [dir]);
  }
});

test('Ctrl+C at any step ends everything within 3 s; the next start goes on from there and passes every step', async () => {
  const dir = join(folder(), 'data');
  const steps = ['Start the engine', 'Making the Python environment', 'Train three models', 'A teammate joins'];
  for (const step of steps) {
    const started = start(['--data-dir', dir]);
    await appears(started, step);
    const pressed = performance.now();
    started.child.kill('SIGINT');
    expect(await started.exit, step).toBe(130);
    expect(performance.now() - pressed, step).toBeLessThan(3000);
    // What was killed last takes a moment to go; that counts, too.
    const left = Math.max(1, 3000 - (performance.now() - pressed));
    await expect.poll(() => leftRunning(dir), { message: step, timeout: left }).toEqual([]);
  }
  const last = start(['--once', '--data-dir', dir]);
  const code = await last.exit;
  expect(code, last.output()).toBe(0);
  expect(last.output()).toContain('Found project');
  expect(last.output()).toMatch(/contested on both devices/);
  expect(leftRunning(dirname(dir))).toEqual([]);
}, 300_000);
