import { isIP } from 'node:net';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { refusalOf } from './address.ts';

/** Ports above 1023 that other protocols listen on, as browsers refuse them (Fetch, section 2.9). */
const otherProtocols = new Set([
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
]);

/** The address that a person gave, checked as far as it goes without asking for names. Throws BAD_REQUEST. */
export function checkTarget(text: string, allowPrivate: boolean): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw refused('The address of a webhook begins with https:// or http://.', 'Check what you typed.');
  if (url.username || url.password)
    throw refused(
      'The address of a webhook holds a name or a password.',
      'Leave them out: every delivery is signed, so the receiver knows who sends it.',
    );
  const port = Number(url.port);
  if (url.port && (port < 1024 || otherProtocols.has(port)) && port !== 80 && port !== 443)
    throw refused(`No webhook may call port ${url.port}.`, 'Use 80, 443 or a port above 1023.');
  const address = literalAddress(url);
  const refusal = address === null ? null : refusalOf(address, allowPrivate);
  if (refusal)
    throw refused(
      `${address} ${refusal}.`,
      allowPrivate ? 'Use another address.' : 'Add --allow-private if the receiver really is in your own network.',
    );
  url.hash = '';
  return url;
}

/** The host when it is an address already; spellings like `0x7f.1` were made plain by the URL. */
export function literalAddress({ hostname }: URL): string | null {
  const bare = hostname.replace(/^\[|\]$/g, '');
  return isIP(bare) ? bare : null;
}

const refused = (message: string, nextStep: string) => new BenchmateError('BAD_REQUEST', message, nextStep);
