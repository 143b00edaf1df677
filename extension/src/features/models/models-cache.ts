import * as vscode from 'vscode';
import type { AliasPolicies, RegisteredModel } from '@benchmate/shared/domain/registry';
import type { RegistryThen } from '@benchmate/shared/domain/registry-then';
import { Overtaking } from '@benchmate/shared/protocol/overtaking';
import type { TeamState } from '@benchmate/shared/protocol/team';
import { listen } from '../../engine/subscribe.ts';
import type { Part } from '../../host/part.ts';
import type { Surroundings } from './model-rows.ts';

/** The registry as it was, and the moment in words. */
export interface Past {
  text: string;
  at: string;
  state: RegistryThen;
}

/** The team's models, as the engine says: now, or as they were at a moment that the person chose. */
export class ModelsCache {
  readonly #changed = new vscode.EventEmitter<string | undefined>();
  /** With the name of the model that changed; undefined for all. */
  readonly onDidChange = this.#changed.event;
  readonly #models = new Map<string, RegisteredModel>();
  #team: TeamState | undefined;
  #policies: AliasPolicies = {};
  #loaded = false;
  #past: Past | undefined;
  #load: () => Promise<void> = () => Promise.resolve();

  constructor({ engine, report, context }: Part) {
    context.subscriptions.push(this.#changed);
    engine.whileConnected(({ client }, until) => {
      const overtaking = new Overtaking();
      const load = async () => {
        const isOvertaken = overtaking.begin();
        try {
          const [models, team, policies] = await Promise.all([
            client.registry.list.query(),
            client.team.state.query(),
            client.registry.policies.query(),
          ]);
          if (until.ended) return;
          for (const name of this.#models.keys()) if (!isOvertaken(`model ${name}`)) this.#models.delete(name);
          for (const model of models) if (!isOvertaken(`model ${model.name}`)) this.#models.set(model.name, model);
          if (!isOvertaken('team')) this.#team = team;
          if (!isOvertaken('policies')) this.#policies = policies;
          this.#loaded = true;
          this.#changed.fire(undefined);
        } catch (error) {
          report.quietly('Models could not be read', error);
        }
      };
      this.#load = load;
      const takeModel = (model: RegisteredModel) => {
        overtaking.heard(`model ${model.name}`);
        this.#models.set(model.name, model);
        this.#changed.fire(model.name);
      };
      const takeTeam = (team: TeamState) => {
        overtaking.heard('team');
        const before = JSON.stringify(this.around);
        this.#team = team;
        // The state of sharing changes often, and no row says anything about it.
        if (before !== JSON.stringify(this.around)) this.#changed.fire(undefined);
      };
      const takePolicies = (policies: AliasPolicies) => {
        overtaking.heard('policies');
        this.#policies = policies;
        this.#changed.fire(undefined);
      };
      const reload = () => void load();
      until.add(listen(client.team.changes, undefined, { next: takeTeam, connected: reload }));
      until.add(listen(client.registry.changes, undefined, { next: takeModel, missed: reload }));
      const error = (problem: Error) => report.quietly('An engine that does not tell of rules', problem);
      until.add(listen(client.registry.ruleChanges, undefined, { next: takePolicies, error }));
      until.add({ dispose: () => this.#forget() });
    });
  }

  /** Whether what the engine has was read. */
  get loaded(): boolean {
    return this.#loaded;
  }

  /** Settles once it was read, or could not be. */
  async ready(): Promise<void> {
    if (!this.#loaded) await this.#load();
  }

  get past(): Past | undefined {
    return this.#past;
  }

  set past(past: Past | undefined) {
    this.#past = past;
    this.#changed.fire(undefined);
  }

  /** By name. */
  get all(): RegisteredModel[] {
    const models = this.#past ? this.#past.state.models : [...this.#models.values()];
    return models.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  get count(): number {
    return this.#past ? this.#past.state.models.length : this.#models.size;
  }

  get(name: string): RegisteredModel | undefined {
    return this.#past ? this.#past.state.models.find(model => model.name === name) : this.#models.get(name);
  }

  get around(): Surroundings {
    const me = this.#team?.me;
    return {
      members: this.#team?.members ?? [],
      policies: this.#past?.state.policies ?? this.#policies,
      me: me ? (me.agentOf ?? me.person) : null,
    };
  }

  #forget(): void {
    this.#models.clear();
    this.#team = undefined;
    this.#past = undefined;
    this.#loaded = false;
    this.#changed.fire(undefined);
  }
}
