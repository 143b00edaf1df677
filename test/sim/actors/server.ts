import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { LogFields } from '../../../sync-server/src/operations/log.ts';
import { startSyncServer } from '../../../sync-server/src/server.ts';
import type { Scene } from '../kernel/stage.ts';
import { Machine } from './machine.ts';
import type { Templates } from './templates.ts';

type Place = { database: string; redis: string } | { dataDir: string };

/** The whole sync server, as its program builds it: on a disk of its own, or one of several on what they share. */
export class ServerMachine extends Machine {
  readonly url: string;
  readonly #isShared: boolean;
  /** What it wrote into its log above `info`. */
  readonly complaints: { event: string; fields: LogFields }[] = [];

  constructor(name: string, scene: Scene, templates: Templates, isShared: boolean) {
    super(name, scene);
    this.url = `http://${name}:4242`;
    this.#isShared = isShared;
    if (!isShared) templates.server(scene.disk.folder(name));
  }

  /** Called when it serves, before anybody brought anything. */
  started: () => void = () => {};

  protected override async run(): Promise<void> {
    const place = this.#isShared
      ? { database: 'shared', redis: 'shared' }
      : { dataDir: this.scene.disk.folder(this.name) };
    while (!(await this.#starts(place))) await new Promise(resolve => setTimeout(resolve, 500));
  }

  /** False when the database is away: then the program ends, and whoever looks after it starts it again. */
  async #starts(place: Place): Promise<boolean> {
    try {
      await this.#serve(place);
      return true;
    } catch (error) {
      if (this.#isShared && error instanceof BenchmateError && error.code === 'OFFLINE') return false;
      throw error;
    }
  }

  async #serve(place: Place): Promise<void> {
    await startSyncServer({
      ...place,
      port: 4242,
      allowHosts: [`${this.name}:4242`],
      quotas: { backlogBytes: 4000 },
      log: (level, event, fields = {}) => {
        this.scene.world.note(`${event} ${JSON.stringify(fields)}`);
        if (level !== 'info') this.complaints.push({ event, fields });
        if (event === 'started') this.started();
      },
    });
  }
}
