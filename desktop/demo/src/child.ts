import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';

/** A program of ours that runs until it is told to stop. */
export interface Child {
  /** What it printed as its first line. */
  ready: Record<string, unknown>;
  /** SIGTERM; SIGKILL after `graceMs`. Resolves when it is gone. */
  stop: (graceMs?: number) => Promise<void>;
}

/**
 * Starts a Node program whose first line on stdout is one JSON object, and waits for that line. It gets a process group of
 * its own, so that a Ctrl+C in the terminal reaches the demo alone, which then ends things in order.
 */
export async function startChild(script: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Child> {
  // Without bytecode every training job would compile scikit-learn and mlflow anew.
  const { PYTHONDONTWRITEBYTECODE: _slow, ...inherited } = process.env;
  const child = spawn(process.execPath, [script, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...inherited, ...env },
    detached: process.platform !== 'win32',
  });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-4000)));
  const stop = (graceMs = 2000) => stopChild(child, graceMs);
  process.once('exit', () => child.kill('SIGKILL'));
  try {
    return { ready: await firstLine(child, () => complaint), stop };
  } catch (error) {
    await stop(0);
    throw error;
  }
}

function firstLine(child: ChildProcess, complaint: () => string): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const refuse = (why: string) =>
      reject(new BenchmateError('ENGINE_UNAVAILABLE', why, 'See the lines above, then run this again.'));
    const timer = setTimeout(() => refuse(`A program did not get ready within 20 s. ${complaint()}`), 20_000);
    const lines = createInterface({ input: child.stdout! });
    lines.once('line', line => {
      clearTimeout(timer);
      try {
        resolve(JSON.parse(line) as Record<string, unknown>);
      } catch {
        refuse(`A program printed something unexpected: ${line}`);
      }
    });
    child.once('error', error => refuse(error.message));
    child.once('exit', () =>
      setTimeout(() => refuse(complaint().trim() || 'A program ended before it was ready.'), 20),
    );
  });
}

function stopChild(child: ChildProcess, graceMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return Promise.resolve();
  return new Promise(resolve => {
    const kill = setTimeout(() => child.kill('SIGKILL'), graceMs);
    child.once('exit', () => {
      clearTimeout(kill);
      resolve();
    });
    child.kill('SIGTERM');
  });
}
