import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Browser, type Page } from 'playwright';
import { ensureEditor } from '../../.ci/setup-editor.mjs';
import { root } from '../../.ci/setup/root.ts';
import { chromiumFlags, chromiumPath } from './chromium.ts';

const run = promisify(execFile);

export const themes = {
  light: 'Default Light Modern',
  dark: 'Default Dark Modern',
  contrast: 'Default High Contrast',
} as const;

const settings = {
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
  'workbench.colorTheme': themes.light,
};

export interface EditorOptions {
  /** Files installed before the editor starts. */
  vsix?: string[];
  /** Opened at first. */
  folder?: string;
  settings?: Record<string, unknown>;
  /** Default true: as if the person had trusted the folder. */
  trusted?: boolean;
  env?: Record<string, string>;
}

/** A real VS Code: its own data and extensions folders, one window in Chromium. */
export class Editor {
  readonly page: Page;
  readonly home: string;
  readonly url: string;
  readonly #browser: Browser;
  readonly #server: ChildProcess;

  private constructor(parts: { page: Page; browser: Browser; server: ChildProcess; home: string; url: string }) {
    this.page = parts.page;
    this.home = parts.home;
    this.url = parts.url;
    this.#browser = parts.browser;
    this.#server = parts.server;
  }

  static async open({
    vsix = [],
    folder,
    settings: own = {},
    trusted = true,
    env = {},
  }: EditorOptions): Promise<Editor> {
    const { entry } = await ensureEditor();
    const executablePath = await chromiumPath();
    const home = mkdtempSync(join(tmpdir(), 'editor-'));
    const extensions = join(home, 'extensions');
    mkdirSync(join(home, 'User'), { recursive: true });
    writeFileSync(join(home, 'User/settings.json'), JSON.stringify({ ...settings, ...own }));
    const folders = ['--user-data-dir', home, '--extensions-dir', extensions, '--config', join(home, 'config.yaml')];
    const environment = { ...process.env, EXTENSIONS_GALLERY: '{"serviceUrl":""}', XDG_DATA_HOME: home, ...env };
    for (const file of vsix)
      await run(process.execPath, [entry, ...folders, '--install-extension', file], { env: environment });
    const port = await freePort();
    const server = spawn(
      process.execPath,
      [
        entry,
        ...folders,
        ...['--bind-addr', `127.0.0.1:${port}`, '--auth', 'none', '--disable-telemetry', '--disable-update-check'],
        ...(trusted ? ['--disable-workspace-trust'] : []),
      ],
      { env: environment, stdio: process.env.EDITOR_VERBOSE ? 'inherit' : 'ignore' },
    );
    const url = `http://127.0.0.1:${port}`;
    await until(
      () =>
        fetch(`${url}/healthz`).then(
          response => response.ok,
          () => false,
        ),
      'the editor’s server',
    );
    const browser = await chromium.launch({ executablePath, args: chromiumFlags });
    const context = await browser.newContext({
      viewport: { width: 1400, height: 900 },
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const page = await context.newPage();
    const editor = new Editor({ page, browser, server, home, url });
    await editor.visit(folder);
    return editor;
  }

  /** Opens a folder, or an empty window, in the same page. */
  async visit(folder?: string): Promise<void> {
    await this.page.goto(folder ? `${this.url}/?folder=${encodeURIComponent(folder)}` : `${this.url}/?ew=true`);
    await this.page.locator('.monaco-workbench .part.activitybar').waitFor({ timeout: 60_000 });
  }

  async close(): Promise<void> {
    await this.#browser.close();
    this.#server.kill();
    await new Promise(resolve =>
      this.#server.exitCode === null ? this.#server.once('exit', resolve) : resolve(undefined),
    );
    rmSync(this.home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>(resolve => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise(resolve => probe.close(resolve));
  return port;
}

/** Waits until `condition` answers something true; fails with what it waited for. */
export async function until<T>(
  condition: () => Promise<T> | T,
  what: string,
  timeoutMs = 60_000,
): Promise<NonNullable<T>> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (value) return value as NonNullable<T>;
    if (Date.now() > end) throw new Error(`Waited ${timeoutMs / 1000} s in vain for ${what}.`);
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}

/** The packaged extension with its engine, as a person would install it. */
export function packagedExtension(): string {
  const file = join(root, `extension/dist/benchmate-${process.platform}-${process.arch}.vsix`);
  if (!existsSync(file)) throw new Error(`${file} is missing: build it first with "npm run build".`);
  return file;
}
