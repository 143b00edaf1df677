import { parseArgs } from 'node:util';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';

/** What the operator's commands (`admin`, `backup`, `restore`) take. Throws BAD_REQUEST, pointing at `help`. */
export function parseCommand(argv: readonly string[], help: string) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { 'data-dir': { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean' } },
    });
  } catch (error) {
    const message = error instanceof Error ? error.message.split('. ')[0]! : String(error);
    throw new BenchmateError('BAD_REQUEST', `${message}.`, `See ${help}.`);
  }
}
