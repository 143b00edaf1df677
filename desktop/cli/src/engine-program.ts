import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { errorCodes, type ErrorCode } from '@benchmate/shared/errors/codes';
import type { Context } from './context.ts';
import { engineEntry } from './engine-entry.ts';
import { StepLine } from './output/step-line.ts';

/** Runs a command of the engine's program that needs no engine, shows how far it is, and resolves with its result. */
export async function runEngineProgram(context: Context, args: readonly string[]): Promise<unknown> {
  const child = spawn(process.execPath, [engineEntry(), ...args, '--data-dir', context.dataDir], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = () => void child.kill('SIGTERM');
  context.signal.addEventListener('abort', stop);
  const steps = new StepLine(context);
  let result: unknown;
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  createInterface({ input: child.stdout }).on('line', line => {
    const told = JSON.parse(line) as { result?: unknown; step?: string; done?: number; total?: number };
    if ('result' in told) result = told.result;
    else steps.show(told.step ?? '', told.done ?? 0, told.total ?? 0);
  });
  const [status] = (await once(child, 'close')) as [number | null];
  context.signal.removeEventListener('abort', stop);
  steps.end();
  if (status === 0 && result !== undefined) return result;
  throw lastWords(errors);
}

/** `CODE: sentence`, as the engine's program ends. */
export function lastWords(errors: string): BenchmateError {
  const [, code = '', sentence = ''] = /^([A-Z_]+): (.*)$/m.exec(errors.trim()) ?? [];
  if (code in errorCodes) return new BenchmateError(code as ErrorCode, sentence);
  return new BenchmateError('INTERNAL', `The engine's program ended without a result: ${errors.trim().slice(-500)}`);
}
