import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import * as oidc from 'openid-client';
import { z } from 'zod';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Cells } from '../../storage/ports.ts';
import type { OidcOptions } from './oidc-options.ts';

const begun = z.object({ device: z.string(), nonce: z.string(), verifier: z.string(), browser: z.string() });
const identity = z.looseObject({
  sub: z.string(),
  email: z.string().optional(),
  email_verified: z.boolean().optional(),
  groups: z.array(z.string()).optional(),
});
type Identity = z.infer<typeof identity>;

const withinMs = 600_000;

/** The identity provider of a team: authorization code with PKCE, nonce and state (OpenID Connect Core, RFC 7636). */
export class Provider {
  readonly #options: OidcOptions;
  readonly #cells: Cells;
  readonly #now: () => number;
  #config: Promise<oidc.Configuration> | null = null;

  constructor(options: OidcOptions, cells: Cells, now: () => number) {
    this.#options = options;
    this.#cells = cells;
    this.#now = now;
  }

  /** Where the browser goes to sign in for a device, and what it has to bring back in a cookie. Throws OFFLINE. */
  async begin(device: string): Promise<{ url: string; cookie: string }> {
    const config = await this.#discovered();
    const [state, nonce, verifier] = [oidc.randomState(), oidc.randomNonce(), oidc.randomPKCECodeVerifier()];
    const cookie = randomBytes(32).toString('base64url');
    const value = JSON.stringify({ device, nonce, verifier, browser: hashOf(cookie) } satisfies z.infer<typeof begun>);
    await this.#cells.forget(this.#now());
    await this.#cells.write(cellOf(state), value, { version: 0, expiresAt: this.#now() + withinMs });
    const url = oidc.buildAuthorizationUrl(config, {
      redirect_uri: this.#redirect,
      scope: 'openid email profile',
      state,
      nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    return { url: url.href, cookie };
  }

  /** Who signed in, and for which device. `query`: what the provider sent the browser back with. Throws FORBIDDEN and OFFLINE. */
  async finish(query: URLSearchParams, cookie: string): Promise<{ device: string; who: string }> {
    const state = query.get('state') ?? '';
    const { device, nonce, verifier, browser } = await this.#take(state);
    if (!timingSafeEqual(Buffer.from(browser), Buffer.from(hashOf(cookie)))) throw otherBrowser();
    const config = await this.#discovered();
    const claims = await this.#claims(config, query, { state, nonce, verifier });
    if (!isWelcome(claims, this.#options))
      throw new BenchmateError('FORBIDDEN', 'This account may not use the sync server.', 'Ask its operator.');
    return { device, who: claims.email ?? claims.sub };
  }

  get #redirect(): string {
    return `${this.#options.publicUrl}/~sign-in/done`;
  }

  async #claims(
    config: oidc.Configuration,
    query: URLSearchParams,
    { state, nonce, verifier }: { state: string; nonce: string; verifier: string },
  ): Promise<Identity> {
    try {
      const answer = new URL(`${this.#redirect}?${query.toString()}`);
      const tokens = await oidc.authorizationCodeGrant(config, answer, {
        pkceCodeVerifier: verifier,
        expectedState: state,
        expectedNonce: nonce,
        idTokenExpected: true,
      });
      const proven = tokens.claims()!;
      if (!config.serverMetadata().userinfo_endpoint) return identity.parse(proven);
      return identity.parse({ ...(await oidc.fetchUserInfo(config, tokens.access_token, proven.sub)), ...proven });
    } catch (cause) {
      throw new BenchmateError('FORBIDDEN', 'The identity provider did not confirm the sign-in.', 'Begin again.', {
        cause,
      });
    }
  }

  /** Each sign-in is finished once. */
  async #take(state: string): Promise<z.infer<typeof begun>> {
    const cell = await this.#cells.read(cellOf(state));
    if (!cell || cell.expiresAt <= this.#now()) throw otherBrowser();
    const { value, version } = cell;
    if (!(await this.#cells.write(cellOf(state), '{}', { version, expiresAt: 0 }))) throw otherBrowser();
    return begun.parse(JSON.parse(value));
  }

  /** Asked when the first one signs in, and again after a failure: a server starts, and serves others, without its provider. */
  #discovered(): Promise<oidc.Configuration> {
    const { issuer, clientId, clientSecret } = this.#options;
    const plain = issuer.startsWith('http:') ? [oidc.allowInsecureRequests] : [];
    this.#config ??= oidc
      .discovery(new URL(issuer), clientId, clientSecret, clientSecret ? undefined : oidc.None(), {
        // The signature of the ID token is looked at, although it comes from the provider itself.
        execute: [oidc.enableNonRepudiationChecks, ...plain],
        timeout: 10,
      })
      .catch((cause: unknown) => {
        this.#config = null;
        throw new BenchmateError('OFFLINE', `The identity provider ${issuer} does not answer.`, 'Try again later.', {
          cause,
        });
      });
    return this.#config;
  }
}

function isWelcome({ email, email_verified: verified, groups = [] }: Identity, options: OidcOptions): boolean {
  if (options.domains.length === 0 && options.groups.length === 0) return true;
  const domain = verified === true ? email?.toLowerCase().split('@').at(-1) : undefined;
  return (
    (domain !== undefined && options.domains.includes(domain)) || groups.some(each => options.groups.includes(each))
  );
}

const cellOf = (state: string): string => `sign-in:${state}`;
const hashOf = (cookie: string): string => createHash('sha256').update(cookie).digest('base64url');
const otherBrowser = () =>
  new BenchmateError('FORBIDDEN', 'This sign-in was begun elsewhere, or has ended.', 'Begin again.');
