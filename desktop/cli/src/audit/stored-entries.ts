import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { findEngine } from '@benchmate/shared/node/find-engine';
import type { StoredEntry } from '@benchmate/shared/protocol/audit';
import type { Context } from '../context.ts';
import { engineEntry } from '../engine-entry.ts';
import { lastWords } from '../engine-program.ts';

const pageLength = 200;

/**
 * Every signed entry as the store has it, in order of arrival. A running engine is asked; without one none is started, since
 * damaged data may be why there is none: then the engine's program reads the store.
 */
export async function* storedEntries(context: Context, until = Infinity): AsyncGenerator<StoredEntry> {
  if ((await findEngine(context.dataDir)) === null) return yield* readByProgram(context);
  const { audit } = await context.engine();
  for (let after = 0; ;) {
    const entries = await audit.stored.query({ after, limit: pageLength }, { signal: context.signal });
    for (const each of entries) if (each.arrival <= until) yield each;
    if (entries.length < pageLength || entries.at(-1)!.arrival >= until) return;
    after = entries.at(-1)!.arrival;
  }
}

async function* readByProgram({ dataDir, signal }: Context): AsyncGenerator<StoredEntry> {
  const child = spawn(process.execPath, [engineEntry(), 'entries', '--data-dir', dataDir], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = once(child, 'close') as Promise<[number | null]>;
  const stop = () => void child.kill('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const told = JSON.parse(line) as { entry?: StoredEntry };
      if (told.entry) yield told.entry;
    }
    const [status] = await closed;
    if (signal.aborted) throw new BenchmateError('CANCELLED', 'The audit was interrupted.');
    if (status !== 0) throw lastWords(errors);
  } finally {
    signal.removeEventListener('abort', stop);
    child.kill('SIGTERM');
  }
}
