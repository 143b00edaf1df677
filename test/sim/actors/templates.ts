import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore as openEngineStore } from '../../../desktop/engine/src/storage/database.ts';
import { databaseName, openStore as openServerStore } from '../../../sync-server/src/storage/database.ts';

/** Databases with nothing in them: a simulation begins with copies, which is quicker than making them. */
export class Templates {
  readonly #folder = mkdtempSync(join(tmpdir(), 'benchmate-sim-templates-'));

  constructor() {
    openEngineStore(join(this.#folder, 'benchmate.db')).close();
    openServerStore(this.#folder).close();
  }

  engine(folder: string): void {
    copyFileSync(join(this.#folder, 'benchmate.db'), join(folder, 'benchmate.db'));
  }

  server(folder: string): void {
    copyFileSync(join(this.#folder, databaseName), join(folder, databaseName));
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
