import type { LogFields } from '../../../sync-server/src/operations/log.ts';
import { startSyncServer } from '../../../sync-server/src/server.ts';
import type { Scene } from '../kernel/stage.ts';
import { Machine } from './machine.ts';
import type { Templates } from './templates.ts';

export const serverUrl = 'http://server:4242';

/** The whole sync server, as its program builds it. */
export class ServerMachine extends Machine {
  /** What it wrote into its log above `info`. */
  readonly complaints: { event: string; fields: LogFields }[] = [];

  constructor(scene: Scene, templates: Templates) {
    super('server', scene);
    templates.server(scene.disk.folder(this.name));
  }

  /** Called when it serves, before anybody brought anything. */
  started: () => void = () => {};

  protected override async run(): Promise<void> {
    await startSyncServer({
      port: 4242,
      dataDir: this.scene.disk.folder(this.name),
      allowHosts: ['server:4242'],
      quotas: { backlogBytes: 4000 },
      log: (level, event, fields = {}) => {
        this.scene.world.note(`${event} ${JSON.stringify(fields)}`);
        if (level !== 'info') this.complaints.push({ event, fields });
        if (event === 'started') this.started();
      },
    });
  }
}
