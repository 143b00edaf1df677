import { once } from 'node:events';
import { request, type IncomingMessage, type RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import OidcProvider from 'oidc-provider';

/** A browser as far as a sign-in needs one: it keeps cookies, follows redirects and sends forms. */
export class SimulatedBrowser {
  /** A redirect to such an address is not followed, but given back. */
  stopsAt = '';
  /** All addresses that it opened. */
  readonly seen: string[] = [];
  readonly #cookies = new Map<string, Map<string, string>>();

  async open(url: string, form?: Record<string, string>): Promise<{ url: string; status: number; text: string }> {
    const { origin } = new URL(url);
    const jar = this.#cookies.get(origin) ?? new Map<string, string>();
    this.#cookies.set(origin, jar);
    this.seen.push(url);
    // Not by `fetch`, which says of itself that it is no navigation.
    const sent = request(url, {
      method: form ? 'POST' : 'GET',
      headers: {
        cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
        'sec-fetch-site': 'cross-site',
        'sec-fetch-mode': 'navigate',
        ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
      },
    });
    sent.end(form && new URLSearchParams(form).toString());
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    const body = await text(response);
    for (const line of response.headers['set-cookie'] ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') jar.delete(name);
      else jar.set(name, value);
    }
    const next = response.headers.location;
    if (next && this.stopsAt && next.includes(this.stopsAt)) return { url: next, status: 302, text: '' };
    if (next) return this.open(new URL(next, url).href);
    return { url, status: response.statusCode!, text: body };
  }

  /** As a person does: opens the address that Benchmate gave, follows the link, signs in, agrees. */
  async signIn(asked: string, email: string): Promise<{ url: string; status: number; text: string }> {
    const { text: question } = await this.open(asked);
    if (!question.includes('It is mine: sign in')) throw new Error(`Nothing to follow: ${question}`);
    let page = await this.open(asked.replace('/~sign-in?', '/~sign-in/go?'));
    for (const prompt of [{ prompt: 'login', login: email, password: 'x' }, { prompt: 'consent' }])
      if (page.url.includes('/interaction/')) page = await this.open(page.url, prompt);
    return page;
  }
}

/** A real provider that knows everybody, by the e-mail address they type; who begins with `unverified` never proved theirs. */
export function identityProvider(issuer: string, publicUrl: string): RequestListener {
  const provider = new OidcProvider(issuer, {
    clients: [
      {
        client_id: 'benchmate',
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        redirect_uris: [`${publicUrl}/~sign-in/done`],
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: id, email_verified: !id.startsWith('unverified') }),
    }),
    cookies: { keys: ['a key for tests'] },
  });
  const answer = provider.callback();
  return (request, response) => void answer(request, response);
}
