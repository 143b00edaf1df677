import { afterAll, beforeAll, expect, test } from 'vitest';
import { temporaryEngine, type TemporaryEngine } from '../../host/temporary-engine.ts';
import { describedRoutes } from './document.ts';

let engine: TemporaryEngine;
beforeAll(async () => (engine = await temporaryEngine()));
afterAll(() => engine.dispose());

const isMlflow = /^\/((api|ajax-api)\/\d|(model-versions\/)?get-artifact)/;

test('every route of MLflow’s API is described, and nothing else is', () => {
  const described = (url: string) =>
    isMlflow.test(url) &&
    !engine.served.routes.some(other => url.replace('/ajax-api/', '/api/') === other.url && url !== other.url);
  // HEAD is GET without a body.
  const served = engine.served.routes
    .filter(({ method, url }) => method !== 'HEAD' && described(url))
    .map(({ method, url }) => `${method} ${url}`);
  expect(served.length).toBeGreaterThan(40);
  expect([...new Set(served)].sort()).toEqual(describedRoutes().sort());
});

test('what stands below /api stands below /ajax-api, too', () => {
  const below = (prefix: string) =>
    engine.served.routes
      .filter(({ url }) => url.startsWith(prefix) && isMlflow.test(url))
      .map(({ method, url, rule }) => `${method} ${url.slice(prefix.length)} ${rule}`);
  expect(below('/ajax-api/')).toEqual(expect.arrayContaining(below('/api/')));
});

test('the description is published behind the token, and refers only to what it defines', async () => {
  const headers = { host: `127.0.0.1:${engine.port}` };
  expect((await engine.ask({ path: '/api/openapi.json', headers })).status).toBe(401);
  const authorization = `Bearer ${engine.token}`;
  const answer = await engine.ask({ path: '/api/openapi.json', headers: { ...headers, authorization } });
  const document = JSON.parse(answer.body) as { openapi: string; components: { schemas: Record<string, object> } };
  expect(document.openapi).toBe('3.1.0');
  const named = [...answer.body.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);
  expect(Object.keys(document.components.schemas)).toEqual(expect.arrayContaining(named));
});
