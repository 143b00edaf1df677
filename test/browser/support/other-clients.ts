import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Page } from 'playwright';
import type { WebsocketProvider } from 'y-websocket';
import type * as Y from 'yjs';
import { pycrdtPython } from '../../support/python.ts';
import { until } from '../../support/until.ts';

/** A client of others, with the text `body` of one document. */
export interface OtherClient {
  append: (words: string) => Promise<void>;
  text: () => Promise<string>;
  close: () => Promise<void>;
}

interface StockPage {
  stock: { WebsocketProvider: typeof WebsocketProvider; Y: typeof Y };
  provider: WebsocketProvider;
}

/** The unmodified `y-websocket` of the registry of packages in a page of a browser. `url`: of the server, without the document. */
export async function stockInBrowser(page: Page, url: string, documentId: string): Promise<OtherClient> {
  const contents = "export { WebsocketProvider } from 'y-websocket'; export * as Y from 'yjs';";
  const resolveDir = fileURLToPath(new URL('.', import.meta.url));
  const { outputFiles } = await build({
    stdin: { contents, resolveDir },
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'stock',
    platform: 'browser',
  });
  await page.evaluate(outputFiles[0]!.text);
  const to = { url: url.replace('http', 'ws'), documentId };
  await page.evaluate(({ url: server, documentId: id }) => {
    const here = globalThis as unknown as StockPage;
    const { stock } = here;
    here.provider = new stock.WebsocketProvider(server, id, new stock.Y.Doc());
  }, to);
  await page.waitForFunction(() => (globalThis as unknown as StockPage).provider.synced);
  return {
    append: words =>
      page.evaluate(more => {
        const body = (globalThis as unknown as StockPage).provider.doc.getText('body');
        body.insert(body.length, more);
      }, words),
    text: () => page.evaluate(() => (globalThis as unknown as StockPage).provider.doc.getText('body').toJSON()),
    close: () => page.evaluate(() => (globalThis as unknown as StockPage).provider.destroy()),
  };
}

const script = fileURLToPath(new URL('pycrdt_client.py', import.meta.url));

/** `pycrdt`, the Rust implementation of Yjs with its own provider, in a process of Python. */
export async function pycrdtClient(url: string, documentId: string, subprotocol?: string): Promise<OtherClient> {
  const args = [script, `${url.replace('http', 'ws')}/${documentId}`, ...(subprotocol ? [subprotocol] : [])];
  const child = spawn(await pycrdtPython(), args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const exit = once(child, 'exit');
  let text = '';
  createInterface({ input: child.stdout }).on('line', line => (text = JSON.parse(line) as string));
  return {
    append: async words => void child.stdin.write(`${JSON.stringify(words)}\n`),
    text: async () => text,
    async close() {
      child.stdin.end();
      await until(() => child.exitCode !== null, 5000).catch(() => child.kill('SIGKILL'));
      await exit;
    },
  };
}
