import * as vscode from 'vscode';
import type { Present } from '@benchmate/shared/domain/presence';
import { Overtaking } from '@benchmate/shared/protocol/overtaking';
import type { PresenceState } from '@benchmate/shared/protocol/presence';
import { listen } from '../../engine/subscribe.ts';
import type { Part } from '../../host/part.ts';

/** This window's own name for itself. */
export const surface = crypto.randomUUID();

/** Who is here now, as the engine says; nobody while there is no engine. */
export class PresenceCache {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  #present: readonly Present[] = [];
  #told = false;

  constructor({ engine, report, context }: Part) {
    context.subscriptions.push(this.#changed);
    engine.whileConnected(({ client }, until) => {
      const overtaking = new Overtaking();
      const take = ({ present, told }: PresenceState) => {
        this.#present = present;
        this.#told = told;
        this.#changed.fire();
      };
      const load = async () => {
        const isOvertaken = overtaking.begin();
        try {
          const state = await client.presence.state.query();
          if (!until.ended && !isOvertaken('presence')) take(state);
        } catch (error) {
          report.quietly('Who is here could not be read', error);
        }
      };
      const next = (state: PresenceState) => (overtaking.heard('presence'), take(state));
      until.add(listen(client.presence.changes, { surface }, { next, connected: () => void load() }));
      until.add({ dispose: () => take({ told: false, present: [] }) });
    });
  }

  /** Whether teammates may see what this person looks at. */
  get told(): boolean {
    return this.#told;
  }

  get all(): readonly Present[] {
    return this.#present;
  }

  of(device: string): Present | undefined {
    return this.#present.find(present => present.device === device);
  }
}
