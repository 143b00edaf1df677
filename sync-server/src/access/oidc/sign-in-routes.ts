import type { IncomingMessage, ServerResponse } from 'node:http';
import { createElement, Fragment, type ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { signOutRequest } from '@benchmate/shared/protocol/feeds-wire';
import { BenchmateError, toErrorShape } from '@benchmate/shared/errors/benchmate-error';
import { errorCodes } from '@benchmate/shared/errors/codes';
import type { StreamRoutes } from '../../http/serve.ts';
import { readJson } from '../../http/read-json.ts';
import type { Log } from '../../operations/log.ts';
import type { Tickets } from '../tickets.ts';
import type { Provider } from './provider.ts';
import type { SignIns } from './sign-ins.ts';

const cookieName = 'benchmate_sign_in';

interface Parts {
  signIns: SignIns;
  provider: Provider;
  tickets: Tickets;
  isSecure: boolean;
  log: Log;
}

/**
 * Pages for a browser: `/~sign-in?t=…` asks whether it is really one's own device, `/~sign-in/go` leads to the provider and
 * `/~sign-in/done` back. `POST /~sign-in/out` is the engine's: it takes a ticket of its own. The cookie ties both ends to one browser, so nobody finishes a sign-in that somebody else began.
 */
export function signInRoutes({ signIns, provider, tickets, isSecure, log }: Parts): StreamRoutes {
  const pages: Record<string, (query: URLSearchParams, request: IncomingMessage) => Promise<Page> | Page> = {
    '/~sign-in': query => {
      const device = asked(query);
      const key = createElement('code', null, device.slice(0, 8));
      const href = `/~sign-in/go?t=${encodeURIComponent(query.get('t')!)}`;
      return page('Sign in', [
        createElement(Fragment, null, 'A Benchmate whose key begins with ', key, ' asks to work on this sync server.'),
        'Go on only if you started that yourself: who signs in here lets that device in.',
        createElement('a', { href }, 'It is mine: sign in'),
      ]);
    },
    '/~sign-in/go': async query => {
      const { url, cookie } = await provider.begin(asked(query));
      const flags = `Path=/~sign-in; HttpOnly; SameSite=Lax; Max-Age=600${isSecure ? '; Secure' : ''}`;
      return { status: 302, body: '', headers: { location: url, 'set-cookie': `${cookieName}=${cookie}; ${flags}` } };
    },
    '/~sign-in/done': async (query, request) => {
      const { device, who } = await provider.finish(query, cookieOf(request));
      await signIns.remember(device, who);
      log('info', 'signed-in', { device });
      return page('You are signed in', ['Go back to Benchmate: it connects by itself, or try again there.']);
    },
  };
  const asked = (query: URLSearchParams): string => {
    const device = signIns.deviceOf(query.get('t') ?? '');
    if (device === null) throw new BenchmateError('FORBIDDEN', 'This address is too old.', 'Try again in Benchmate.');
    return device;
  };
  const pathOf = ({ url }: IncomingMessage): string => new URL(url ?? '/', 'http://localhost').pathname;
  const isOut = (request: IncomingMessage) => request.method === 'POST' && pathOf(request) === '/~sign-in/out';
  const signOut = async (request: IncomingMessage): Promise<string> => {
    const holder = tickets.holder(signOutRequest.parse(await readJson(request)).ticket);
    if (!holder) throw new BenchmateError('UNAUTHENTICATED', 'The ticket does not count any more.', 'Get another one.');
    await signIns.signOut(holder.device);
    log('info', 'signed-out', { device: holder.device });
    return '{}';
  };
  return {
    owns: request => isOut(request) || (request.method === 'GET' && Object.hasOwn(pages, pathOf(request))),
    answer: async (request, response) => {
      if (isOut(request)) {
        const body = await signOut(request);
        return void response
          .writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' })
          .end(body);
      }
      const { searchParams } = new URL(request.url ?? '/', 'http://localhost');
      try {
        send(response, await pages[pathOf(request)]!(searchParams, request));
      } catch (error) {
        const { code, message, nextStep } = toErrorShape(error);
        send(response, { ...page('Not signed in', [`${message} ${nextStep}`]), status: errorCodes[code].http });
      }
    },
  };
}

interface Page {
  status: number;
  body: string;
  headers: Record<string, string>;
}

function page(title: string, lines: readonly ReactNode[]): Page {
  const head = createElement(
    'head',
    null,
    createElement('meta', { charSet: 'utf-8' }),
    createElement('meta', { name: 'viewport', content: 'width=device-width' }),
    createElement('title', null, title),
  );
  const said = lines.map((line, index) => createElement('p', { key: index }, line));
  const body = createElement('body', null, createElement('h1', null, title), said);
  const markup = renderToStaticMarkup(createElement('html', { lang: 'en' }, head, body));
  return { status: 200, body: `<!doctype html>${markup}`, headers: {} };
}

function send(response: ServerResponse, { status, body, headers }: Page): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    ...headers,
  });
  response.end(body);
}

function cookieOf({ headers }: IncomingMessage): string {
  const pairs = (headers.cookie ?? '').split(';').map(pair => pair.trim().split('='));
  return pairs.find(([name]) => name === cookieName)?.[1] ?? '';
}
