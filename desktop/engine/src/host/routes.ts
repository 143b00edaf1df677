import type { FastifyInstance, RouteOptions } from 'fastify';
import type { Identity, Rule } from './security.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Every route states one; see {@link Rule}. */
    rule?: Rule;
    /** `raw`: the route takes bodies of any type (uploads) and never accepts a cookie for them. Default: JSON. */
    body?: 'raw';
  }
  interface FastifyRequest {
    /** Who sent it; null only on routes whose rule needs nobody. */
    identity: Identity | null;
  }
}

export interface RouteRule {
  method: string;
  url: string;
  rule: Rule;
}

/** Notes every route with its rule. The returned function gives the table and throws for a route without a rule. */
export function recordRoutes(app: FastifyInstance): () => RouteRule[] {
  const routes: RouteOptions[] = [];
  app.addHook('onRoute', route => void routes.push(route));
  return () =>
    routes.flatMap(route => {
      const rule = route.config?.rule;
      if (!rule) throw new Error(`The route ${String(route.method)} ${route.url} has no security rule.`);
      return [route.method].flat().map(method => ({ method, url: route.url, rule }));
    });
}
