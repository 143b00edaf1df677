import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Files that the engine needs beside its own code. All paths are absolute; a folder may be missing. */
export interface Resources {
  /** Built single-page app, with `index.html`. */
  companion: string;
  /** One folder per template, each with a `template.json`. */
  templates: string;
  /** The detached job wrapper, for `process.execPath`. */
  supervisor: string;
  /** The thread that checks, backs up and rewrites the store. */
  storeWorker: string;
  /** The thread that reads. */
  reader: string;
  /** The thread that moves the database's log. */
  logWorker: string;
  /** The engine's own entry, for `process.execPath`. */
  engineMain: string;
}

/** The same from source (`desktop/engine/src/host/resources.ts`) and from the bundle (`dist/main.mjs`, `dist/chunks/…`). */
export function locateResources(here: string = fileURLToPath(import.meta.url)): Resources {
  const folder = dirname(here);
  if (basename(here) === 'resources.ts') {
    const engine = join(folder, '..', '..');
    const repository = join(engine, '..', '..');
    return {
      companion: join(repository, 'desktop', 'app', 'dist', 'renderer'),
      templates: join(repository, 'templates'),
      supervisor: join(engine, 'src', 'supervisor', 'main.ts'),
      storeWorker: join(engine, 'src', 'features', 'store', 'worker.ts'),
      reader: join(engine, 'src', 'reader', 'main.ts'),
      logWorker: join(engine, 'src', 'storage', 'log-worker.ts'),
      engineMain: join(engine, 'src', 'main.ts'),
    };
  }
  const dist = basename(folder) === 'chunks' ? dirname(folder) : folder;
  return {
    companion: join(dist, 'companion'),
    templates: join(dist, 'templates'),
    supervisor: join(dist, 'supervisor.mjs'),
    storeWorker: join(dist, 'store-worker.mjs'),
    reader: join(dist, 'reader.mjs'),
    logWorker: join(dist, 'log-worker.mjs'),
    engineMain: join(dist, 'main.mjs'),
  };
}
