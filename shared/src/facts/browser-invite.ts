import { fromBase64Url } from './keys.ts';

/**
 * The address at which a browser joins by an invite link, on the team's own server. The secret stands in the fragment, which browsers
 * send to nobody. Null for what is no invite link.
 */
export function browserInvite(link: string): string | null {
  const [scheme, secret = ''] = link.split('#', 2);
  const bytes = scheme === 'benchmate:join' ? fromBase64Url(secret) : null;
  try {
    const { server } = JSON.parse(new TextDecoder().decode(bytes ?? new Uint8Array())) as { server?: unknown };
    return typeof server === 'string' && /^https?:\/\//.test(server) ? `${server}/companion/join#${secret}` : null;
  } catch {
    return null;
  }
}
