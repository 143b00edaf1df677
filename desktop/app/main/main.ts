import { join } from 'node:path';
import { app, BrowserWindow, dialog, ipcMain, Menu, session } from 'electron';
import { resolveDataDir } from '@benchmate/shared/node/data-dir';
import { ensureEngine } from '@benchmate/shared/node/start-engine';
import { connectEngine } from '@benchmate/shared/node/connect-engine';
import { engineEntry } from './engine-entry.ts';
import { guardContents, guardSession } from './guards.ts';
import { pathFrom } from './own-page.ts';
import { Shell } from './shell.ts';
import { webPreferences, windowSize } from './window-options.ts';

const dataDir = resolveDataDir();
let window: BrowserWindow | null = null;

const shell = new Shell({
  ensureEngine: () =>
    ensureEngine({
      dataDir,
      engineMain: engineEntry({ env: process.env, resourcesPath: process.resourcesPath, here: __dirname }),
      version: app.getVersion(),
    }),
  companionLink: async path => {
    const client = connectEngine(dataDir);
    try {
      return (await client.system.companionLink.mutate({ path })).url;
    } finally {
      client.close();
    }
  },
  show,
  askRetry: async ({ code, message, nextStep }) => {
    const { response } = await dialog.showMessageBox({
      type: 'error',
      message,
      detail: `${nextStep}\n${code}`.trim(),
      buttons: ['Try again', 'Quit'],
      cancelId: 1,
    });
    return response === 0;
  },
  quit: () => app.quit(),
});

async function show(address: string): Promise<void> {
  window ??= makeWindow();
  await window.loadURL(address);
  window.show();
}

function makeWindow(): BrowserWindow {
  const made = new BrowserWindow({
    ...windowSize,
    show: false,
    title: 'Benchmate',
    autoHideMenuBar: true,
    webPreferences: { ...webPreferences, preload: join(__dirname, 'preload.cjs') },
  });
  made.on('closed', () => (window = null));
  return made;
}

const engineUrl = () => shell.engineUrl;
app.enableSandbox();
app.on('web-contents-created', (_event, contents) => guardContents(contents, engineUrl));
app.on('window-all-closed', () => process.platform !== 'darwin' && app.quit());
app.on('activate', () => window === null && void shell.open());

if (app.requestSingleInstanceLock()) {
  app.on('second-instance', (_event, args) => {
    window?.focus();
    const path = pathFrom(args);
    if (window === null || path !== '/') void shell.open(path);
  });
  void app.whenReady().then(async () => {
    guardSession(session.fromPartition(webPreferences.partition), engineUrl);
    Menu.setApplicationMenu(
      Menu.buildFromTemplate([
        ...(process.platform === 'darwin' ? [{ role: 'appMenu' as const }] : []),
        { role: 'fileMenu' },
        { role: 'editMenu' },
        { role: 'viewMenu' },
        { role: 'windowMenu' },
      ]),
    );
    ipcMain.handle('benchmate:start-engine', event => shell.startEngine(event.senderFrame?.url ?? ''));
    await shell.open(pathFrom(process.argv));
  });
} else {
  app.quit();
}
