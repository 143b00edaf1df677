/** What every window is made with. The page is the engine's; nothing of Node or Electron is in its reach. */
export const webPreferences = {
  partition: 'persist:benchmate',
  contextIsolation: true,
  sandbox: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  spellcheck: false,
} as const;

export const windowSize = { width: 1280, height: 840, minWidth: 400, minHeight: 400 } as const;

/** Permissions that a page of the engine gets; every other one, and every other page, gets none. */
export const grantedPermissions: ReadonlySet<string> = new Set(['clipboard-sanitized-write', 'notifications']);
