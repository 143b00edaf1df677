import { compose } from './compose.ts';
import { endableClock } from './clock.ts';
import { companionCookie } from './companion-routes.ts';
import { CompanionSessions } from './companion-session.ts';
import type { Served } from './engine.ts';
import { healthBody } from './gate.ts';
import type { Host } from './host.ts';
import { createHttp } from './http.ts';
import { Lifetime } from './lifetime.ts';
import { openLog } from './log.ts';
import { identify, ownerToken, type TokenVerifier } from './security.ts';
import type { ServingParts } from './serving.ts';
import { Sockets } from './sockets.ts';
import { engineVersion } from './version.ts';

const defaultIdleMinutes = 30;

/** Builds HTTP, sockets and all features, then opens the gate. */
export async function openServing({
  options,
  gate,
  stops,
  base,
  stop,
}: Omit<ServingParts, 'endpointFile'> & { stop: () => Promise<void> }): Promise<Served> {
  const { port, token, random } = base;
  const clock = endableClock(base.clock);
  stops.push(clock.end);
  const log = await openLog(base.dataDir, options.logLevel ?? 'info');
  const idleMs = (options.idleMinutes ?? defaultIdleMinutes) * 60_000;
  const stopSoon = () => void setTimeout(() => void stop(), 100);
  const lifetime = new Lifetime({ clock, idleMs, leave: () => void stop() });
  stops.push(() => lifetime.dispose());
  const verifiers: TokenVerifier[] = [ownerToken(token)];
  const sessions = new CompanionSessions({ clock, random, token });
  const who = (request: Parameters<typeof identify>[0]) =>
    identify(request, verifiers, sessions.verify, companionCookie(port));
  const identifyToken = (candidate: string) =>
    verifiers.reduce<ReturnType<TokenVerifier>>((found, verify) => found ?? verify(candidate), null);

  const sockets = new Sockets({ port: () => port, identify: who, lifetime });
  const { app, routes } = createHttp({
    server: gate.server,
    port: () => port,
    identify: who,
    lifetime,
    log,
    logsRequests: ['debug', 'trace'].includes(options.logLevel ?? 'info'),
  });
  const host: Host = {
    ...base,
    clock,
    epoch: Buffer.from(random(6)).toString('base64url'),
    log,
    lifetime,
    verifiers,
    sockets,
    stopSoon,
    onStop: end => void stops.push(end),
  };
  app.get('/health', { config: { rule: 'public' } }, (_request, reply) =>
    reply.type('application/json; charset=utf-8').send(healthBody),
  );
  app.get('/version', { config: { rule: 'token-or-job' } }, () => engineVersion);
  await compose(host, app, sessions, identifyToken);
  stops.push(() => sockets.close());
  await app.ready();
  const served = { routes: routes(), sockets: sockets.routes };
  gate.open(app.routing.bind(app), sockets.onUpgrade);
  log.info({ dataDir: base.dataDir, port, version: engineVersion }, 'engine is ready');
  return served;
}
