import { artifactDescriptions, browserArtifactDescriptions, runArtifactDescriptions } from './artifacts.ts';
import type { Description, Descriptions } from './description.ts';
import { messages } from './messages.ts';
import { registryDescriptions } from './registry.ts';
import { boolean, isRequired, object, plainName, shared, text, type Schema } from './schema.ts';
import { trackingDescriptions } from './tracking.ts';

/** Refusals that any route may give, each in MLflow's shape. */
const refusals: Readonly<Record<number, string>> = {
  400: 'A value is missing or wrong; the message names it.',
  401: 'The token is missing or wrong.',
  403: 'The rules of the team, or of the engine, do not allow it.',
  404: 'It does not exist.',
  409: 'It clashes with what is there.',
  413: 'The request is too large.',
  415: 'The body is not JSON.',
  416: 'The range begins behind the end.',
  501: 'Not supported here.',
  507: 'The disk is full.',
};

const prefixes: readonly (readonly [prefix: string, Descriptions])[] = [
  ['/api/2.0/mlflow/', { ...trackingDescriptions, ...registryDescriptions, ...runArtifactDescriptions }],
  ['/api/2.0/mlflow-artifacts/', artifactDescriptions],
  ['/', browserArtifactDescriptions],
  [
    '/api/3.0/mlflow/',
    {
      'GET server-info': {
        does: 'What the server can do.',
        gives: { 'store_type!': text, 'multipart_uploads_enabled!': boolean, 'multipart_downloads_enabled!': boolean },
      },
    },
  ],
];

/** Every described route as `METHOD /path`, with Fastify's spelling of parameters. */
export const describedRoutes = (): string[] =>
  prefixes.flatMap(([prefix, descriptions]) =>
    Object.keys(descriptions).map(route => {
      const [method = '', path = ''] = route.split(' ');
      return `${method} ${prefix}${path}`;
    }),
  );

/** OpenAPI 3.1 of MLflow's REST API as this engine serves it. The same routes stand below `/ajax-api`. */
export function openApiDocument(version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const [prefix, descriptions] of prefixes)
    for (const [route, description] of Object.entries(descriptions)) {
      const [method = '', path = ''] = route.split(' ');
      const url = prefix + path.replace(/:(\w+)/g, '{$1}').replace('*', '{path}');
      paths[url] = { ...paths[url], [method.toLowerCase()]: operation(method, url, description) };
    }
  return {
    openapi: '3.1.0',
    info: { title: 'Benchmate: tracking, registry and artifacts as MLflow’s client uses them', version },
    security: [{ bearer: [] }, { basic: [] }],
    paths,
    components: {
      schemas: messages,
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' }, basic: { type: 'http', scheme: 'basic' } },
    },
  };
}

function operation(method: string, url: string, description: Description): object {
  const { does, takes = {}, asks = {}, gives = {}, bytes, alsoAnswers = {} } = description;
  const inQuery = method === 'GET';
  const hasBody = !inQuery && Object.keys(takes).length > 0;
  return {
    summary: does,
    operationId: `${method.toLowerCase()} ${url}`.replace(/[^a-zA-Z0-9]+/g, '_').replace(/_$/, ''),
    tags: [url.split('/')[4] ?? 'artifacts'],
    parameters: [
      ...[...url.matchAll(/{(\w+)}/g)].map(([, name = '']) => ({ name, in: 'path', required: true, schema: pathText })),
      ...Object.entries(inQuery ? takes : asks).map(inTheQuery),
    ],
    ...(hasBody ? { requestBody: { required: true, content: json(object(takes)) } } : {}),
    ...(bytes === 'takes' ? { requestBody: { content: file } } : {}),
    responses: {
      200: { description: 'Done, and on the disk.', content: bytes === 'gives' ? file : json(object(gives)) },
      ...withoutBody(alsoAnswers),
      ...refused,
    },
  };
}

const pathText: Schema = { type: 'string', minLength: 1 };
const json = (schema: Schema) => ({ 'application/json': { schema } });
const file = { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } };

const inTheQuery = ([name, schema]: [string, Schema]) => ({
  name: plainName(name),
  in: 'query',
  required: isRequired(name),
  schema,
});

const withoutBody = (answers: Readonly<Record<number, string>>) =>
  Object.fromEntries(Object.entries(answers).map(([status, description]) => [status, { description }]));

const refused = Object.fromEntries(
  Object.entries(refusals).map(([status, description]) => [status, { description, content: json(shared('Error')) }]),
);
