import * as vscode from 'vscode';
import type { RegisteredModel } from '@benchmate/shared/domain/registry';
import type { Member, SyncStatus } from '@benchmate/shared/domain/team';
import { Overtaking } from '@benchmate/shared/protocol/overtaking';
import type { TeamState } from '@benchmate/shared/protocol/team';
import { listen } from '../../engine/subscribe.ts';
import type { Part } from '../../host/part.ts';
import { contestedOf, describeContested, describeSync, type Contested } from './team-rows.ts';

export type TeamNode =
  | { kind: 'sync' }
  | { kind: 'members' }
  | { kind: 'member'; device: string }
  | { kind: 'contested'; model: string; alias: string };

/** The Team view: sync state, models with rival promotions, members. */
export class TeamTree implements vscode.TreeDataProvider<TeamNode> {
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #models = new Map<string, RegisteredModel>();
  readonly #nodes = new Map<string, TeamNode>();
  #state: TeamState | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor({ engine, report }: Part) {
    engine.whileConnected(({ client }, until) => {
      const overtaking = new Overtaking();
      const load = async () => {
        const isOvertaken = overtaking.begin();
        try {
          const [state, models] = await Promise.all([client.team.state.query(), client.registry.list.query()]);
          if (until.ended) return;
          for (const name of this.#models.keys()) if (!isOvertaken(`model ${name}`)) this.#models.delete(name);
          for (const model of models) if (!isOvertaken(`model ${model.name}`)) this.#models.set(model.name, model);
          if (!isOvertaken('team')) this.#state = state;
          this.#soon();
        } catch (error) {
          report.quietly('The team could not be read', error);
        }
      };
      until.add(
        listen(client.team.changes, undefined, {
          next: state => this.#take(() => (overtaking.heard('team'), (this.#state = state))),
          connected: () => void load(),
        }),
      );
      until.add(
        listen(client.registry.changes, undefined, {
          next: model =>
            this.#take(() => (overtaking.heard(`model ${model.name}`), this.#models.set(model.name, model))),
        }),
      );
      until.add({ dispose: () => this.#take(() => (this.#models.clear(), (this.#state = undefined))) });
    });
  }

  get state(): TeamState | undefined {
    return this.#state;
  }

  get contested(): Contested[] {
    return contestedOf(this.#models.values());
  }

  getChildren(node?: TeamNode): TeamNode[] {
    if (!this.#state) return [];
    if (node?.kind === 'members') return this.#members().map(({ device }) => this.#node({ kind: 'member', device }));
    if (node) return [];
    const contested = this.contested.map(({ model, alias }) =>
      this.#node({ kind: 'contested', model: model.name, alias: alias.alias }),
    );
    return [this.#node({ kind: 'sync' }), ...contested, this.#node({ kind: 'members' })];
  }

  getTreeItem(node: TeamNode): vscode.TreeItem {
    if (node.kind === 'sync') return this.#syncItem();
    if (node.kind === 'contested') return this.#contestedItem(node);
    if (node.kind === 'member') return this.#memberItem(node.device);
    const item = new vscode.TreeItem(this.#state?.name ?? 'Team', vscode.TreeItemCollapsibleState.Expanded);
    item.id = 'team.members';
    const people = this.#members().length;
    item.description = people === 1 ? 'only you so far' : `${people} devices`;
    item.iconPath = new vscode.ThemeIcon('organization');
    return item;
  }

  #syncItem(): vscode.TreeItem {
    const sync = this.#state!.sync;
    const { icon, sentence } = describeSync(sync);
    const item = new vscode.TreeItem(sentence);
    item.id = 'team.sync';
    item.iconPath = new vscode.ThemeIcon(icon);
    item.description = sync.serverUrl ? new URL(sync.serverUrl).host : 'choose a server to share';
    item.contextValue = `sync.${syncKey(sync)}`;
    item.tooltip = [sentence, sync.message, sync.serverUrl, `since ${new Date(sync.since).toLocaleString()}`]
      .filter(Boolean)
      .join('\n');
    item.accessibilityInformation = { label: [sentence, sync.message].filter(Boolean).join('. ') };
    if (sync.state === 'off') item.command = { command: 'benchmate.connectServer', title: 'Connect to Sync Server' };
    return item;
  }

  #contestedItem({ model, alias }: { model: string; alias: string }): vscode.TreeItem {
    const contested = this.contested.find(other => other.model.name === model && other.alias.alias === alias);
    const item = new vscode.TreeItem(`${model} · ${alias} is contested`);
    item.id = `team.contested.${model}.${alias}`;
    item.iconPath = new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
    item.contextValue = 'contested';
    if (contested) item.tooltip = describeContested(contested);
    item.accessibilityInformation = {
      label: `${item.label as string}. ${contested ? describeContested(contested) : ''}`,
    };
    item.command = {
      command: 'benchmate.resolveContested',
      title: 'Choose a Version',
      arguments: [{ kind: 'contested', model, alias }],
    };
    return item;
  }

  #memberItem(device: string): vscode.TreeItem {
    const member = this.#members().find(other => other.device === device);
    const item = new vscode.TreeItem(member?.name ?? 'Unknown');
    const you = device === this.#state?.device ? 'you' : '';
    item.id = `team.member.${device}`;
    item.description = [this.#roleOf(member), member?.deviceName, you].filter(Boolean).join(' · ');
    item.iconPath = new vscode.ThemeIcon(member?.role === 'agent' ? 'hubot' : 'person');
    item.accessibilityInformation = {
      label: [member?.name, this.#roleOf(member), `on ${member?.deviceName ?? 'a device'}`, you]
        .filter(Boolean)
        .join(', '),
    };
    return item;
  }

  /** With the member whom an agent works for. */
  #roleOf(member: Member | undefined): string | undefined {
    const sponsor = this.#members().find(({ person }) => person === member?.agentOf);
    return sponsor ? `agent of ${sponsor.name}` : member?.role;
  }

  #members(): Member[] {
    return (this.#state?.members ?? []).filter(({ active }) => active);
  }

  /** The same object for the same row, however often the view asks. */
  #node(node: TeamNode): TeamNode {
    const key = JSON.stringify(node);
    const known = this.#nodes.get(key) ?? node;
    this.#nodes.set(key, known);
    return known;
  }

  #take(change: () => unknown): void {
    change();
    this.#soon();
  }

  #soon(): void {
    if (this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void vscode.commands.executeCommand('setContext', 'benchmate.sync', this.#state && syncKey(this.#state.sync));
      this.#changed.fire(undefined);
    }, 100);
  }
}

/** What can be done with it. */
const syncKey = ({ state }: SyncStatus): 'paused' | 'off' | 'on' =>
  state === 'paused' || state === 'off' ? state : 'on';
