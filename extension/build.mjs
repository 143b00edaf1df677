// Bundles the extension into one file and packs it, with or without the engine, into a .vsix.
import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const dist = join(here, 'dist');

/** Modules that are loaded when they are first needed, as files of their own: they may be large. */
const later = { 'live-note': 'extension/src/features/notes/live/live-note.ts' };

/**
 * `dist/extension.js` (one CommonJS file, which the editor loads fastest), `dist/live-note.js`, which it loads with the first note, and
 * `dist/webview` (styles and the icon font).
 */
export async function buildExtension() {
  mkdirSync(dist, { recursive: true });
  const { metafile } = await bundle('extension', 'extension/src/extension.ts');
  for (const [name, entry] of Object.entries(later)) await bundle(name, entry);
  writeFileSync(join(dist, 'meta.json'), JSON.stringify(metafile));
  // The source is of type `module`: this says that the bundle beside it is not, for whoever starts the editor on this folder.
  writeFileSync(join(dist, 'package.json'), '{ "type": "commonjs" }\n');
  const webview = join(dist, 'webview');
  rmSync(webview, { recursive: true, force: true });
  mkdirSync(webview, { recursive: true });
  cpSync(join(here, 'webview/panel.css'), join(webview, 'panel.css'));
  const icons = join(root, 'node_modules/@vscode/codicons/dist');
  for (const file of ['codicon.css', 'codicon.ttf']) cpSync(join(icons, file), join(webview, file));
}

const bundle = (name, entry) =>
  build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: `extension/dist/${name}.js`,
    bundle: true,
    minify: true,
    keepNames: false,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    mainFields: ['module', 'main'],
    external: ['vscode'],
    legalComments: 'none',
    metafile: true,
    jsx: 'automatic',
    alias: smallReact,
    logLevel: 'warning',
    plugins: [schemasWithoutSideEffects, loadedLater],
    supported: { 'dynamic-import': false }, // but `require`, which finds a file beside this one in every host
  });

/** `import('…/live-note.ts')` means the file that is made of it. */
const loadedLater = {
  name: 'loaded-later',
  setup({ onResolve }) {
    onResolve({ filter: /\.ts$/ }, ({ path, kind }) => {
      const name = Object.keys(later).find(known => path.endsWith(`/${known}.ts`));
      return kind === 'dynamic-import' && name ? { path: `./${name}.js`, external: true } : undefined;
    });
  },
};

/** Panels are React components, rendered by Preact, which takes a tenth of the room of React's own renderer (decision 0016). */
export const smallReact = {
  'react/jsx-runtime': 'preact/jsx-runtime',
  'react-dom/server': 'preact-render-to-string',
  react: 'preact',
};

/**
 * The contracts in shared/src stand beside pure functions. Building a schema has no side effect, which the bundler
 * cannot know: told so, it drops every schema that the extension does not use, and with them the schema library.
 */
const schemasWithoutSideEffects = {
  name: 'schemas-without-side-effects',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]shared[\\/]src[\\/](domain|protocol|facts)[\\/][\w-]+\.ts$/ }, ({ path }) => ({
      loader: 'ts',
      contents: readFileSync(path, 'utf8').replaceAll(
        /(?<![\w.$])(?=(z|query|mutation|subscription)(\.\w+)?\()/g,
        '/* @__PURE__ */ ',
      ),
    }));
  },
};

/**
 * Packs `dist/benchmate-<target>.vsix` for one platform (`linux-x64`, `darwin-arm64`, `win32-x64` …). `engineDir` holds the
 * built engine with its companion, templates and native module; only the target's own binary is packed. Without
 * `engineDir` the package is small and needs an engine that is already running. Answers the path of the file.
 */
export async function packageVsix({ target, engineDir } = {}) {
  if (!existsSync(join(dist, 'extension.js'))) await buildExtension();
  // A folder of its own: two builds at once do not meet.
  const staged = mkdtempSync(join(dist, 'package-'));
  mkdirSync(join(staged, 'dist'));
  for (const name of ['extension', ...Object.keys(later)])
    cpSync(join(dist, `${name}.js`), join(staged, `dist/${name}.js`));
  cpSync(join(dist, 'webview'), join(staged, 'dist/webview'), { recursive: true });
  cpSync(join(here, 'media'), join(staged, 'media'), { recursive: true });
  cpSync(join(here, 'README.md'), join(staged, 'README.md'));
  cpSync(join(root, 'LICENSE'), join(staged, 'LICENSE'));
  writeFileSync(join(staged, 'package.json'), JSON.stringify(manifest(), null, 2));
  if (engineDir) stageEngine(resolve(root, engineDir), join(staged, 'dist/engine'), target);
  const file = join(dist, engineDir ? `benchmate-${target}.vsix` : 'benchmate-without-engine.vsix');
  const unfinished = `${staged}.vsix`;
  const script = fileURLToPath(import.meta.resolve('@vscode/vsce/vsce'));
  const platform = engineDir ? ['--target', target] : [];
  await run(
    process.execPath,
    [script, 'package', '--no-dependencies', '--allow-missing-repository', ...platform, '--out', unfinished],
    staged,
  );
  rmSync(staged, { recursive: true, force: true });
  renameSync(unfinished, file);
  return file;
}

/** What the editor needs of the manifest. The bundle is CommonJS, so the package is not of type `module` as its source is. */
function manifest() {
  const {
    private: _private,
    type: _type,
    devDependencies: _devDependencies,
    dependencies: _dependencies,
    ...rest
  } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));
  return rest;
}

function stageEngine(engineDir, to, target) {
  if (!existsSync(join(engineDir, 'main.mjs')))
    throw new Error(`${engineDir} holds no built engine (main.mjs): build the engine first.`);
  cpSync(engineDir, to, { recursive: true, filter: source => !source.endsWith('.map') });
  const prebuilds = join(to, 'node_modules/better-sqlite3/prebuilds');
  if (!existsSync(prebuilds)) throw new Error(`${engineDir} lacks the prebuilt binaries of better-sqlite3.`);
  const fits = readdirSync(prebuilds).filter(name => name === `${target.replace('alpine', 'linuxmusl')}.node`);
  if (fits.length === 0)
    throw new Error(`better-sqlite3 has no binary for ${target}: ${readdirSync(prebuilds).join(', ')}.`);
  for (const name of readdirSync(prebuilds))
    if (!fits.includes(name)) rmSync(join(prebuilds, name), { recursive: true });
  // The keychain's native part is there for the machine that builds alone; elsewhere the engine keeps its key in a file.
  if (target !== `${process.platform}-${process.arch}`)
    rmSync(join(to, 'node_modules/@napi-rs'), { recursive: true, force: true });
}

function run(command, args, cwd) {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', chunk => (output += chunk));
    child.stderr.on('data', chunk => (output += chunk));
    child.on('error', fail);
    child.on('close', code =>
      code === 0 ? done() : fail(new Error(`vsce package failed (${code}):\n${output.trim()}`)),
    );
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildExtension();
  console.log(await packageVsix({}));
}
