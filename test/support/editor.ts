import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Browser, type Page } from 'playwright';
import { isAlive, readEndpoint } from '@benchmate/shared/node/find-engine';
import { ensureEditor } from '../../.ci/setup-editor.mjs';
import { root } from '../../.ci/setup/root.ts';
import { chromiumFlags, chromiumPath } from './chromium.ts';
import { until } from './until.ts';

const run = promisify(execFile);

export const themes = {
  light: 'Light Modern',
  dark: 'Dark Modern',
  contrast: 'Default High Contrast',
} as const;

/** What a test window needs to stay the same every time. */
export const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  'window.autoDetectColorScheme': false,
  'window.autoDetectHighContrast': false,
  'chat.disableAIFeatures': true,
  'telemetry.telemetryLevel': 'off',
  'git.openRepositoryInParentFolders': 'never',
  'git.autofetch': false,
  'extensions.ignoreRecommendations': true,
  'editor.minimap.enabled': false,
  // As text in the page, where a test can read it.
  'terminal.integrated.gpuAcceleration': 'off',
  'workbench.colorTheme': themes.light,
};

export interface EditorOptions {
  /** Installed before the editor starts. */
  vsix: string[];
  /** Opened at first; a folder, or a `.code-workspace` file. */
  folder?: string;
  settings?: Record<string, unknown>;
  /** Default true: as if the person had trusted every folder. */
  trusted?: boolean;
  /**
   * Default true: the editor shows other programs' pages below its own address, as it does for people far from it.
   * False: they are opened at the address they have, as an editor on the person's own machine does.
   */
  proxied?: boolean;
  env?: Record<string, string>;
}

/** A real VS Code: data and extensions folders of its own, one window in Chromium. */
export class Editor {
  readonly page: Page;
  readonly url: string;
  /** Of the engine that the extension starts. */
  readonly dataDir: string;
  readonly #home: string;
  readonly #browser: Browser;
  readonly #server: ChildProcess;

  private constructor(parts: { page: Page; browser: Browser; server: ChildProcess; home: string; url: string }) {
    this.page = parts.page;
    this.url = parts.url;
    this.dataDir = join(parts.home, 'engine');
    this.#home = parts.home;
    this.#browser = parts.browser;
    this.#server = parts.server;
  }

  static async open(options: EditorOptions): Promise<Editor> {
    const { entry } = await ensureEditor();
    const executablePath = await chromiumPath();
    const home = mkdtempSync(join(tmpdir(), 'editor-'));
    mkdirSync(join(home, 'User'), { recursive: true });
    writeFileSync(join(home, 'User/settings.json'), JSON.stringify({ ...quietSettings, ...options.settings }));
    const proxy = options.proxied === false ? { VSCODE_PROXY_URI: '' } : {};
    const env = { ...editorEnvironment(home), ...proxy, ...options.env };
    await installExtensions(entry, home, options.vsix, env);
    const port = await freePort();
    const address = ['--bind-addr', `127.0.0.1:${port}`, '--auth', 'none'];
    const trust = options.trusted === false ? [] : ['--disable-workspace-trust'];
    const args = [entry, ...foldersIn(home), ...address, '--disable-telemetry', '--disable-update-check', ...trust];
    const server = spawn(process.execPath, args, { env, stdio: process.env.EDITOR_VERBOSE ? 'inherit' : 'ignore' });
    const url = `http://127.0.0.1:${port}`;
    let browser: Browser | undefined;
    try {
      await until(async () => (await fetch(`${url}/healthz`)).ok, 90_000);
      browser = await chromium.launch({ executablePath, args: chromiumFlags });
      const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
      await context.grantPermissions(['clipboard-read', 'clipboard-write']);
      const editor = new Editor({ page: await context.newPage(), browser, server, home, url });
      await editor.visit(options.folder);
      return editor;
    } catch (error) {
      await browser?.close();
      server.kill();
      await endEngine(join(home, 'engine'));
      throw error;
    }
  }

  /** Opens a folder, a `.code-workspace` file, or an empty window, in the same page. */
  async visit(path?: string): Promise<void> {
    const key = path?.endsWith('.code-workspace') ? 'workspace' : 'folder';
    await this.page.goto(`${this.url}/?${path ? `${key}=${encodeURIComponent(path)}` : 'ew=true'}`);
    await this.page.locator('.monaco-workbench .part.activitybar').waitFor({ timeout: 60_000 });
  }

  async close(): Promise<void> {
    await this.#browser.close();
    this.#server.kill();
    if (this.#server.exitCode === null) await once(this.#server, 'exit');
    await endEngine(this.dataDir);
    rmSync(this.#home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

/** The engine in a folder beside the editor's own data, and no extension gallery to ask. */
export function editorEnvironment(home: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    EXTENSIONS_GALLERY: '{"serviceUrl":""}',
    XDG_DATA_HOME: home,
    BENCHMATE_DATA_DIR: join(home, 'engine'),
    // The editor looks for an Electron; the one in node_modules would download itself when asked.
    ELECTRON_OVERRIDE_DIST_PATH: home,
  };
}

// prettier-ignore
export const foldersIn = (home: string): string[] => [
  '--user-data-dir', home, '--extensions-dir', join(home, 'extensions'), '--config', join(home, 'config.yaml'),
];

/** Installs packages as a person would, by the editor's own command. */
export async function installExtensions(
  entry: string,
  home: string,
  files: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const install = files.flatMap(file => ['--install-extension', file]);
  if (install.length > 0) await run(process.execPath, [entry, ...foldersIn(home), ...install], { env });
}

/** An engine outlives the editor on purpose: a test ends the one of its own data folder. */
export async function endEngine(dataDir: string): Promise<void> {
  const endpoint = await readEndpoint(dataDir);
  if (!endpoint || !isAlive(endpoint.pid)) return;
  process.kill(endpoint.pid, 'SIGTERM');
  await until(() => !isAlive(endpoint.pid), 10_000);
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>(resolve => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise(resolve => probe.close(resolve));
  return port;
}

/** The packaged extension with its engine, as a person would install it. */
export function packagedExtension(): string {
  const file =
    process.env.BENCHMATE_VSIX ?? join(root, `extension/dist/benchmate-${process.platform}-${process.arch}.vsix`);
  if (!existsSync(file)) throw new Error(`${file} is missing: build it first with "npm run build".`);
  return file;
}
