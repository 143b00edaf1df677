import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runTests } from '@vscode/test-electron';
import { build } from 'esbuild';
import { ensureEditor } from '../../.ci/setup-editor.mjs';
import { cacheDir, root } from '../../.ci/setup/root.ts';
import { chromiumFlags, chromiumPath } from './chromium.ts';
import { editorEnvironment, endEngine, installExtensions, quietSettings } from './editor.ts';

interface HostOptions {
  /** Source of a module that exports `run()`; it is bundled, and runs in the extension host. */
  suite: string;
  vsix: string[];
  folder: string;
  env?: Record<string, string>;
}

/** Runs a suite inside the extension host of a real VS Code, where packaged extensions are installed. Rejects when it fails. */
export async function runInHost({ suite, vsix, folder, env = {} }: HostOptions): Promise<void> {
  const { entry } = await ensureEditor();
  const home = mkdtempSync(join(tmpdir(), 'editor-host-'));
  const environment = { ...editorEnvironment(home), ...env };
  try {
    mkdirSync(join(home, 'User'), { recursive: true });
    writeFileSync(join(home, 'User/settings.json'), JSON.stringify(quietSettings));
    await installExtensions(entry, home, vsix, environment);
    // Below the repository: what is not bundled (mocha) is found from there.
    const bundle = join(cacheDir, 'in-host', `${basename(suite, '.ts')}.cjs`);
    await bundleSuite(suite, bundle);
    await runTests({
      vscodeExecutablePath: fileURLToPath(new URL('editor-shim.mjs', import.meta.url)),
      extensionDevelopmentPath: fileURLToPath(new URL('../editor/in-host/host', import.meta.url)),
      extensionTestsPath: bundle,
      launchArgs: [folder, `--user-data-dir=${home}`, `--extensions-dir=${join(home, 'extensions')}`],
      extensionTestsEnv: {
        ...environment,
        CODE_SERVER_ENTRY: entry,
        CHROMIUM: await chromiumPath(),
        CHROMIUM_FLAGS: chromiumFlags.join(' '),
      },
    });
  } finally {
    await endEngine(join(home, 'engine'));
    rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

async function bundleSuite(suite: string, outfile: string): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: [suite],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    external: ['vscode', 'mocha'],
    logLevel: 'warning',
  });
}
