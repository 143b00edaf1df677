import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';

/** Sign-in with a team's own identity provider (OpenID Connect), before a device gets tickets. */
export interface OidcOptions {
  issuer: string;
  clientId: string;
  /** Of a confidential client; a public one proves itself by PKCE alone. */
  clientSecret?: string;
  /** Address of this server as browsers reach it: `/~sign-in/done` below it is the redirect URI. */
  publicUrl: string;
  /** Whose verified e-mail address ends so. With neither domains nor groups: everybody whom the provider lets in. */
  domains: readonly string[];
  /** Who is in one of these, by the claim `groups`. */
  groups: readonly string[];
  /** How long a device works on after a sign-in. */
  validMs: number;
}

interface Given {
  'oidc-issuer'?: string | undefined;
  'oidc-client-id'?: string | undefined;
  'public-url'?: string | undefined;
  'oidc-domain'?: string[] | undefined;
  'oidc-group'?: string[] | undefined;
  'oidc-days'?: string | undefined;
}

/** Null without an issuer. Throws BAD_REQUEST. */
export function readOidc(given: Given, clientSecret: string | undefined): OidcOptions | null {
  const { 'oidc-issuer': issuer, 'oidc-client-id': clientId, 'public-url': publicUrl } = given;
  if (issuer === undefined) return null;
  if (!clientId || !publicUrl)
    throw new BenchmateError(
      'BAD_REQUEST',
      'Sign-in needs the client’s id at the provider, and the address of this server for browsers.',
      'Give --oidc-client-id and --public-url.',
    );
  const days = Number(given['oidc-days'] ?? 30);
  if (!(days >= 1 && days <= 365))
    throw new BenchmateError('BAD_REQUEST', `--oidc-days ${given['oidc-days']} is not from 1 to 365.`);
  return {
    issuer: webAddress(issuer),
    clientId,
    ...(clientSecret ? { clientSecret } : {}),
    publicUrl: webAddress(publicUrl).replace(/\/+$/, ''),
    domains: (given['oidc-domain'] ?? []).map(domain => domain.toLowerCase().replace(/^@/, '')),
    groups: given['oidc-group'] ?? [],
    validMs: days * 86_400_000,
  };
}

/** What passes between browser, provider and server is worth a sign-in: no plain HTTP but on one machine. */
function webAddress(text: string): string {
  const url = URL.parse(text);
  const isLocal = url !== null && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLocal)) return text;
  throw new BenchmateError('BAD_REQUEST', `${text} is no https:// address.`, 'Give it whole, with https://.');
}
