import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, type ElectronApplication } from 'playwright';
import { expect, test } from 'vitest';
import { stopEngine } from '@benchmate/shared/node/stop-engine';

const app = fileURLToPath(new URL('../../desktop/app', import.meta.url));

/** Electron's binary where one is installed; never downloads one. */
function electronBinary(): string | null {
  const folder = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  const file = join(folder, 'path.txt');
  const name = existsSync(file)
    ? readFileSync(file, 'utf8')
    : process.platform === 'win32'
      ? 'electron.exe'
      : 'electron';
  const override = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  const binary = override ? join(override, name) : join(folder, 'dist', name);
  return existsSync(binary) ? binary : null;
}

const binary = electronBinary();
const why = binary
  ? ''
  : ' (skipped: no Electron binary here; install one with `npx install-electron` or set ELECTRON_OVERRIDE_DIST_PATH)';

test.skipIf(!binary)(`the desktop app shows the companion and keeps its page in${why}`, async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'benchmate-electron-'));
  let shell: ElectronApplication | undefined;
  try {
    shell = await _electron.launch({
      executablePath: binary!,
      args: [...(process.platform === 'linux' ? ['--no-sandbox'] : []), app],
      env: { ...(process.env as Record<string, string>), BENCHMATE_DATA_DIR: dataDir },
    });
    const page = await shell.firstWindow();
    await page.getByRole('heading', { name: 'Nothing has been logged here yet.' }).waitFor({ timeout: 60_000 });
    const preferences = await shell.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().map(window => {
        const contents = window.webContents as unknown as { getLastWebPreferences: () => Record<string, unknown> };
        return contents.getLastWebPreferences();
      }),
    );
    expect(preferences).toHaveLength(1);
    expect(preferences[0]).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
    });
    expect(await page.evaluate(() => ['require', 'process', 'module'].filter(name => name in window))).toEqual([]);

    const address = page.url();
    await page.evaluate(() => void window.open('https://example.com'));
    await page.evaluate(() => void (location.href = 'file:///etc/passwd')).catch(() => {});
    expect(await shell.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
    expect(page.url()).toBe(address);
    expect(
      await page.evaluate(() =>
        fetch('https://example.com').then(
          () => 'came',
          () => 'refused',
        ),
      ),
    ).toBe('refused');
    expect(await page.evaluate(() => Notification.requestPermission())).toBe('denied');
  } finally {
    await shell?.close();
    await stopEngine(dataDir, { force: true }).catch(() => false);
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  }
});
