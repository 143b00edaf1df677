import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';

/** Asks on the terminal for what must not be seen. Without one, throws BAD_REQUEST that names the variable to set instead. */
export async function askSecret(
  question: string,
  { variable, signal }: { variable: string; signal: AbortSignal },
): Promise<string> {
  if (!process.stdin.isTTY)
    throw new BenchmateError('BAD_REQUEST', 'There is no terminal to ask for the passphrase on.', `Set ${variable}.`);
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
  const asking = createInterface({ input: process.stdin, output: unseen, terminal: true });
  process.stderr.write(`${question} `);
  try {
    return await asking.question('', { signal });
  } finally {
    asking.close();
    process.stderr.write('\n');
  }
}
