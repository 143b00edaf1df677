import type { ReactElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';

interface PanelPage {
  title: string;
  /** Where styles and fonts may come from, as the editor says it. */
  cspSource: string;
  styles: readonly string[];
  content: ReactElement;
}

/**
 * A panel's whole page. React escapes every text and attribute, and the policy lets no script run, so that nothing in a card or in a
 * run's name can act.
 */
export const panelPage = ({ title, cspSource, styles, content }: PanelPage): string =>
  `<!DOCTYPE html>${renderToStaticMarkup(
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta
          httpEquiv="Content-Security-Policy"
          content={`default-src 'none'; style-src ${cspSource}; font-src ${cspSource}`}
        />
        <meta name="viewport" content="width=device-width" />
        <title>{title}</title>
        {styles.map(href => (
          <link key={href} rel="stylesheet" href={href} />
        ))}
      </head>
      <body>
        <main>{content}</main>
      </body>
    </html>,
  )}`;
