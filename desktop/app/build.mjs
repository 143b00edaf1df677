import { readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import * as esbuild from 'esbuild';
import { build } from 'vite';

const here = fileURLToPath(new URL('.', import.meta.url));
const maxBytes = 5_000_000;
const monacosIcons = fileURLToPath(
  new URL('../base/browser/ui/codicons/codicon/codicon.ttf', import.meta.resolve('monaco-editor/editor/editor.api')),
);

/** The page itself is served at many addresses: it names its parts from the root. */
const fromRoot = {
  name: 'from-root',
  transformIndexHtml: { order: 'post', handler: html => html.replaceAll(/(?<=(?:src|href)=")\.\//g, '/') },
};

/** Builds the pages that a browser and the Electron window show into `dist/renderer`. They travel inside the extension, so their size has a limit. */
export async function buildCompanion() {
  const target = join(here, 'dist/renderer');
  const outDir = `${target}.new`;
  await build({
    configFile: false,
    root: join(here, 'renderer'),
    // Parts find each other from where they are: an engine serves them at its root, a sync server under `/companion/`.
    base: './',
    logLevel: 'warn',
    plugins: [react(), fromRoot],
    resolve: {
      alias: [
        // y-monaco names a path that Monaco's export map hides; everything else of the whole package is left out, too.
        { find: 'monaco-editor/esm/vs/editor/editor.api.js', replacement: 'monaco-editor/editor/editor.api' },
        { find: /^monaco-editor$/, replacement: 'monaco-editor/editor/editor.api' },
        // Two editions of one font: the larger has all signs of the other, under the same numbers.
        { find: /^\.\/codicon\.ttf(\?\w+)?$/, replacement: monacosIcons },
      ],
      dedupe: ['yjs', 'lib0', 'react', 'react-dom', 'y-protocols'],
    },
    worker: { format: 'es' },
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2024',
      assetsInlineLimit: 0,
      reportCompressedSize: false,
      chunkSizeWarningLimit: 4000,
      modulePreload: { polyfill: false },
      rolldownOptions: { input: { index: join(here, 'renderer/index.html') } },
    },
  });
  const bytes = sizeOf(outDir);
  if (bytes > maxBytes) throw new Error(`The companion weighs ${bytes} bytes, more than ${maxBytes}.`);
  // Swapped in at the end: an engine that serves it meanwhile finds the old files or the new ones.
  rmSync(target, { recursive: true, force: true });
  renameSync(outDir, target);
}

/** Bundles Electron's main process and its preload script, each to one CommonJS file. */
export async function buildShell() {
  await esbuild.build({
    absWorkingDir: here,
    entryPoints: { main: 'main/main.ts', preload: 'preload/preload.ts' },
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    external: ['electron'],
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
}

function sizeOf(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildCompanion();
  await buildShell();
}
