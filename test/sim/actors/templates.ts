import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { held } from '@benchmate/shared/facts/entry-hash';
import { openStore as openEngineStore } from '../../../desktop/engine/src/storage/database.ts';
import { databaseName } from '../../../sync-server/src/storage/database.ts';
import { SqliteStorage } from '../../../sync-server/src/storage/sqlite.ts';
import type { Team } from './team.ts';

/** Databases before anything happened: a simulation begins with copies, which is quicker than making them. */
export class Templates {
  readonly #folder = mkdtempSync(join(tmpdir(), 'benchmate-sim-templates-'));

  /** The server's knows the team: how a team comes to a server is not what is simulated. */
  static async make({ teamId, founding }: Team): Promise<Templates> {
    const templates = new Templates();
    openEngineStore(join(templates.#folder, 'benchmate.db')).close();
    const server = new SqliteStorage(templates.#folder);
    await server.entries.append(teamId, founding.map(held));
    await server.close();
    return templates;
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
