import { randomBytes } from 'node:crypto';
import { createElement as h, type ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { dashboard } from './dashboard.ts';
import { dashboardScript, signInScript } from './page-scripts.ts';
import { pageStyle } from './page-style.ts';
import type { Reports } from './reports.ts';

export interface Page {
  html: string;
  nonce: string;
}

const shownDocuments = 20;

/** Asks for a one-time link, and follows the one that it was opened with. */
export const signInPage = (): Page =>
  page(
    'Sign in',
    h(
      'main',
      null,
      h('h1', null, 'Sync server'),
      h(
        'p',
        { id: 'state', role: 'status' },
        'Open this page with a link from ',
        h('code', null, 'benchmate-sync admin link --data-dir DIR'),
        ', on the machine of the server. A link lets one browser in, within two minutes.',
      ),
    ),
    signInScript,
  );

/** What is there now: rendered on the server, so that it needs no build and works without scripts but for revoking. */
export async function dashboardPage(reports: Reports): Promise<Page> {
  const [status, members, documents] = [
    await reports.status(),
    await reports.members(),
    await reports.documents(shownDocuments),
  ];
  const [connections, quotas] = [reports.connections(), { ...reports.quotas() }];
  return page('Sync server', dashboard({ status, members, documents, connections, quotas }), dashboardScript);
}

/** React escapes every text and attribute; only the style and the script, which are ours, go in as they are. */
function page(title: string, body: ReactNode, script: string): Page {
  const nonce = randomBytes(16).toString('base64url');
  const html = h(
    'html',
    { lang: 'en' },
    h(
      'head',
      null,
      h('meta', { charSet: 'utf-8' }),
      h('title', null, `${title} · Benchmate`),
      h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
      h('meta', { name: 'color-scheme', content: 'light dark' }),
      h('link', { rel: 'icon', href: 'data:,' }),
      h('style', { nonce, dangerouslySetInnerHTML: { __html: pageStyle } }),
    ),
    h('body', null, body, h('script', { nonce, dangerouslySetInnerHTML: { __html: script } })),
  );
  return { html: `<!doctype html>${renderToStaticMarkup(html)}`, nonce };
}
