import { createElement } from 'react';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { diffCards } from '@benchmate/shared/diff/card-diff';
import { smallReact } from '../../build.mjs';
import { CardView } from '../features/card/card-view.tsx';
import { panelPage } from './panel-page.tsx';

const props = {
  title: 'Card <b> & "quotes"',
  diff: diffCards('---\nlicense: mit\n---\n# Churn\n\nold words', '---\nlicense: "<i>"\n---\n# Churn\n\nnew \'words\''),
  oldName: 'Last commit',
  newName: 'Now',
  problem: 'Line 3: <script>',
};
const page = { title: props.title, cspSource: 'https://*.example.org', styles: ['a.css?x=1&y=2'] };

test('the panel that is packed, rendered by Preact, is the one that React renders', async () => {
  const { outputFiles } = await build({
    stdin: {
      contents: `import { createElement } from 'react';
        import { CardView } from '../features/card/card-view.tsx';
        import { panelPage } from './panel-page.tsx';
        export const render = (page, props) => panelPage({ ...page, content: createElement(CardView, props) });`,
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    format: 'esm',
    jsx: 'automatic',
    alias: smallReact,
    write: false,
  });
  const packed = (await import(`data:text/javascript,${encodeURIComponent(outputFiles[0]!.text)}`)) as {
    render: (head: typeof page, of: typeof props) => string;
  };
  const small = packed.render(page, props);
  expect(main(small)).toBe(main(panelPage({ ...page, content: createElement(CardView, props) })));
  const policy = `content="default-src 'none'; style-src https://*.example.org; font-src https://*.example.org"`;
  expect(small.indexOf(policy)).toBeGreaterThan(0);
  expect(small.indexOf(policy)).toBeLessThan(small.indexOf('<link rel="stylesheet" href="a.css?x=1&amp;y=2"'));
  expect(small).not.toMatch(/<script|<i>|<b>/);
});

/** What is shown. In the head React puts some tags first; the two escape `'` and `>` differently in texts, which means the same. */
const main = (html: string): string =>
  /<main>.*<\/main>/s.exec(html)![0].replaceAll('&#x27;', "'").replaceAll('&gt;', '>');
