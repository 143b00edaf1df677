import type { StreamRoutes } from '../../http/serve.ts';
import type { Log } from '../../operations/log.ts';
import type { Cells } from '../../storage/ports.ts';
import type { OidcOptions } from './oidc-options.ts';
import { SignIns } from './sign-ins.ts';

interface Parts {
  cells: Cells;
  secret: Uint8Array;
  log: Log;
  now: () => number;
}

/** Sign-in with an identity provider; its library is loaded where there is one. */
export async function openSignIn(
  options: OidcOptions,
  { cells, secret, log, now }: Parts,
): Promise<{ signIns: SignIns; routes: StreamRoutes }> {
  const { Provider } = await import('./provider.ts');
  const { signInRoutes } = await import('./sign-in-routes.ts');
  const { publicUrl, validMs } = options;
  const signIns = new SignIns({ cells, secret, publicUrl, validMs, now });
  const provider = new Provider(options, cells, now);
  return { signIns, routes: signInRoutes({ signIns, provider, isSecure: publicUrl.startsWith('https:'), log }) };
}
