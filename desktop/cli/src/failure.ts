import { CommanderError } from 'commander';
import { BenchmateError, toErrorShape, type ErrorShape } from '@benchmate/shared/errors/benchmate-error';
import { errorCodes } from '@benchmate/shared/errors/codes';

/** Says on stderr what went wrong and what to do next; returns the exit code. */
export function reportFailure(error: unknown, json: boolean): number {
  if (error instanceof CommanderError && error.exitCode === 0) return 0; // help or version was asked for
  const shape = toErrorShape(error instanceof CommanderError ? usageError(error) : error);
  process.stderr.write(json ? `${JSON.stringify(shape)}\n` : inWords(shape));
  return errorCodes[shape.code].exit;
}

/** Commander says `error: unknown option '--x'`. */
function usageError(error: CommanderError): BenchmateError {
  const text = error.message.replace(/^error: /, '').replaceAll('\n', ' ');
  const sentence = text.startsWith('(outputHelp)')
    ? 'A command is missing.'
    : `${capital(text)}.`.replace(/([.?)])\.$/, '$1');
  return new BenchmateError('BAD_REQUEST', sentence, 'Add --help to see what is possible.');
}

function inWords({ message, nextStep }: ErrorShape): string {
  return nextStep ? `${message}\n→ ${nextStep}\n` : `${message}\n`;
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
