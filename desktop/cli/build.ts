import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const folder = new URL('./archive-page/', import.meta.url);

/** Preact under React's name: it travels inside every archive, and React itself would weigh fifteen times as much (decision 0016). */
const smallReact = {
  'react/jsx-runtime': 'preact/jsx-runtime',
  'react-dom/client': 'preact/compat/client',
  react: 'preact/compat',
};

/** The viewer of archives as one page, still without data. Its policy allows its own script and style by their hashes, and of others only files. */
export async function buildArchivePage(): Promise<string> {
  const style = part('page.css');
  const script = await bundledScript();
  return part('page.html')
    .replace('SCRIPT-HASH', () => hashOf(script))
    .replace('STYLE-HASH', () => hashOf(style))
    .replace('<style>', () => `<style>${style}`)
    .replace('<script>', () => `<script>${script}`);
}

/** One classic script: pages from a file may load no modules. */
async function bundledScript(): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: fileURLToPath(new URL('../..', import.meta.url)),
    entryPoints: [fileURLToPath(new URL('main.tsx', folder))],
    write: false,
    bundle: true,
    // Names stay as they are: who opens an archive years later can still read what its page does.
    minifyWhitespace: true,
    minifySyntax: true,
    platform: 'browser',
    target: 'es2023',
    format: 'iife',
    jsx: 'automatic',
    alias: smallReact,
    define: { 'process.env.NODE_ENV': '"production"' },
    banner: { js: '/* Holds Preact, https://preactjs.com, (c) Jason Miller, MIT licence. */' },
    legalComments: 'none',
    logLevel: 'warning',
  });
  return outputFiles[0]!.text;
}

const part = (name: string): string => readFileSync(new URL(name, folder), 'utf8').replaceAll('\r\n', '\n');

const hashOf = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;
