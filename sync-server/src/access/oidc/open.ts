import type { StreamRoutes } from '../../http/serve.ts';
import type { Log } from '../../operations/log.ts';
import type { OidcOptions } from './oidc-options.ts';
import { SignIns, type SignInsParts } from './sign-ins.ts';
import type { Tickets } from '../tickets.ts';

interface Parts extends Omit<SignInsParts, 'publicUrl' | 'validMs'> {
  tickets: Tickets;
  log: Log;
}

/** Sign-in with an identity provider; its library is loaded where there is one. */
export async function openSignIn(
  options: OidcOptions,
  { tickets, log, ...parts }: Parts,
): Promise<{ signIns: SignIns; routes: StreamRoutes }> {
  const { Provider } = await import('./provider.ts');
  const { signInRoutes } = await import('./sign-in-routes.ts');
  const { publicUrl, validMs } = options;
  const signIns = new SignIns({ ...parts, publicUrl, validMs });
  const provider = new Provider(options, parts.cells, parts.now);
  return {
    signIns,
    routes: signInRoutes({ signIns, provider, tickets, isSecure: publicUrl.startsWith('https:'), log }),
  };
}
