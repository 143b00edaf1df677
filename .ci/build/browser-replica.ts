import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import { root } from '../setup/root.ts';

const browser = join(root, 'desktop/engine/src/browser');
const maxBytes = 1_000_000;

/** What of the engine has another form in browsers, or none. */
const inBrowsers: esbuild.Plugin = {
  name: 'in-browsers',
  setup: build => {
    build.onResolve({ filter: /\/socket\.ts$/ }, () => ({ path: join(browser, 'socket.ts') }));
    build.onResolve({ filter: /\/spoken\// }, ({ path }) => ({ path, namespace: 'absent' }));
    // Yjs warns of a second copy in one page; the page's own never meets an object of this one, only bytes.
    build.onLoad({ filter: /\/yjs\/dist\/yjs\.mjs$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace("'__ $YJS$ __'", "'__ $YJS$ __ of the replica'"),
    }));
    build.onLoad({ filter: /.*/, namespace: 'absent' }, () => ({
      contents: "throw new Error('A browser cannot take part in an invite that is read aloud: use the link.');",
    }));
  },
};

/** The replica that the companion loads where a sync server serves it: one module for browsers. */
export async function buildBrowserReplica(outfile: string): Promise<void> {
  rmSync(outfile, { force: true });
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: [join(browser, 'main.ts')],
    inject: [join(browser, 'node-words.ts')],
    outfile,
    bundle: true,
    minify: true,
    platform: 'browser',
    target: 'es2024',
    format: 'esm',
    plugins: [inBrowsers],
    legalComments: 'none',
    logLevel: 'warning',
  });
  const bytes = readFileSync(outfile).length;
  if (bytes > maxBytes) throw new Error(`The browser's replica weighs ${bytes} bytes, more than ${maxBytes}.`);
}
