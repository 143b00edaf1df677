import { contextBridge, ipcRenderer } from 'electron';

/** The one thing that a page in the app can do and a page in a browser cannot: start the engine that it lost. */
contextBridge.exposeInMainWorld('benchmateShell', {
  startEngine: () => ipcRenderer.invoke('benchmate:start-engine') as Promise<void>,
});
