import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { askSecret } from './ask-secret.ts';

const shortest = 8;

/** Asks twice on the terminal, or takes what the variable holds. Throws BAD_REQUEST for a short one. */
export async function newPassphrase(
  what: string,
  { variable, signal }: { variable: string; signal: AbortSignal },
): Promise<string> {
  const given = process.env[variable];
  const passphrase = given ?? (await askSecret(`Passphrase for ${what}:`, { variable, signal }));
  if (passphrase.length < shortest)
    throw new BenchmateError(
      'BAD_REQUEST',
      'The passphrase is too short.',
      `Take at least ${shortest} characters, better five words.`,
    );
  if (given === undefined && (await askSecret('The same again:', { variable, signal })) !== passphrase)
    throw new BenchmateError('BAD_REQUEST', 'The two differ.', 'Begin again.');
  return passphrase;
}
