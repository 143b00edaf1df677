import * as vscode from 'vscode';
import { inboxIcons } from '@benchmate/shared/domain/inbox-icons';
import type { RegisteredModel } from '@benchmate/shared/domain/registry';
import type { Member, OpenInvite, SyncStatus } from '@benchmate/shared/domain/team';
import { placeWords } from '@benchmate/shared/diff/place-words';
import { Overtaking } from '@benchmate/shared/protocol/overtaking';
import type { TeamState } from '@benchmate/shared/protocol/team';
import { listen } from '../../engine/subscribe.ts';
import type { Part } from '../../host/part.ts';
import { draftItem } from '../drafts/draft-row.ts';
import type { DraftsCache } from '../drafts/drafts-cache.ts';
import { moreNotesItem, noteItem } from '../notes/note-rows.ts';
import type { NotesCache } from '../notes/notes-cache.ts';
import type { Following } from '../presence/following.ts';
import type { PresenceCache } from '../presence/presence-cache.ts';
import type { InboxCache } from '../inbox/inbox-cache.ts';
import { inboxTime } from '../inbox/inbox-rows.ts';
import { inviteAbout, inviteFor } from './invite-rows.ts';
import { contestedOf, describeSync, type Contested } from './team-rows.ts';

type TeamNode =
  | { kind: 'inbox' }
  | { kind: 'waiting'; itemId: string }
  | { kind: 'more' }
  | { kind: 'sync' }
  | { kind: 'invites' }
  | { kind: 'invite'; inviteId: string }
  | { kind: 'drafts' }
  | { kind: 'draft'; draftId: string }
  | { kind: 'notes' }
  | { kind: 'note'; noteId: string }
  | { kind: 'more-notes' }
  | { kind: 'members' }
  | { kind: 'member'; device: string };

export type TreeParts = Part & {
  inbox: InboxCache;
  drafts: DraftsCache;
  notes: NotesCache;
  presence: PresenceCache;
  following: Following;
};

/** The list behind `Show Inbox` has all. */
const mostShown = 100;
const mostNotes = 20;
const pressing: ReadonlySet<string> = new Set(['refused-device', 'fork', 'contested', 'quota', 'refused-edit']);

/** What is said of time grows old. */
const againMs = 60_000;

/** The Team view: what waits for this person, sync state, members, open invites, drafts. */
export class TeamTree implements vscode.TreeDataProvider<TeamNode> {
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #models = new Map<string, RegisteredModel>();
  readonly #nodes = new Map<string, TeamNode>();
  #state: TeamState | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #inbox: InboxCache;
  readonly #drafts: DraftsCache;
  readonly #presence: PresenceCache;
  readonly #following: Following;
  readonly #notes: NotesCache;

  constructor({ engine, report, context, inbox, drafts, notes, presence, following }: TreeParts) {
    this.#presence = presence;
    this.#following = following;
    this.#notes = notes;
    this.#inbox = inbox;
    this.#drafts = drafts;
    const again = setInterval(() => this.#invites().length > 0 && this.#soon(), againMs);
    context.subscriptions.push(
      inbox.onDidChange(() => this.#soon()),
      drafts.onDidChange(() => this.#soon()),
      presence.onDidChange(() => this.#soon()),
      following.onDidChange(() => this.#soon()),
      notes.onDidChange(() => this.#soon()),
      { dispose: () => clearInterval(again) },
    );
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
    if (node?.kind === 'inbox') {
      const { items } = this.#inbox;
      const rows = items.slice(0, mostShown).map(({ itemId }) => this.#node({ kind: 'waiting', itemId }));
      return items.length > mostShown ? [...rows, this.#node({ kind: 'more' })] : rows;
    }
    if (node?.kind === 'invites')
      return this.#invites().map(({ inviteId }) => this.#node({ kind: 'invite', inviteId }));
    if (node?.kind === 'notes') {
      const rows = this.#notes.newest(mostNotes).map(({ noteId }) => this.#node({ kind: 'note', noteId }));
      return this.#notes.count > mostNotes ? [...rows, this.#node({ kind: 'more-notes' })] : rows;
    }
    if (node?.kind === 'drafts') return this.#drafts.all.map(({ draftId }) => this.#node({ kind: 'draft', draftId }));
    if (node) return [];
    const kinds = ['inbox', 'sync', 'members'] as const;
    return [
      ...kinds.map(kind => this.#node({ kind })),
      ...(this.#notes.count > 0 ? [this.#node({ kind: 'notes' })] : []),
      ...(this.#invites().length > 0 ? [this.#node({ kind: 'invites' })] : []),
      ...(this.#drafts.all.length > 0 ? [this.#node({ kind: 'drafts' })] : []),
    ];
  }

  getTreeItem(node: TeamNode): vscode.TreeItem {
    if (node.kind === 'sync') return this.#syncItem();
    if (node.kind === 'inbox') return this.#inboxItem();
    if (node.kind === 'waiting') return this.#waitingItem(node.itemId);
    if (node.kind === 'more') return this.#moreItem();
    if (node.kind === 'member') return this.#memberItem(node.device);
    if (node.kind === 'invites') return groupItem('Open invites', 'mail', this.#invites().length);
    if (node.kind === 'invite') return this.#inviteItem(node.inviteId);
    if (node.kind === 'drafts') return groupItem('Drafts', 'lock', this.#drafts.all.length, 'on this device alone');
    if (node.kind === 'draft') return draftItem(node, this.#drafts.get(node.draftId));
    if (node.kind === 'notes') return groupItem('Notes', 'book', this.#notes.count, '', false);
    if (node.kind === 'note') return noteItem(node.noteId, this.#notes.get(node.noteId));
    if (node.kind === 'more-notes') return moreNotesItem(this.#notes.count - mostNotes);
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
    const without = sync.folder ? 'no server' : 'choose a server to share';
    item.description = sync.serverUrl ? new URL(sync.serverUrl).host : without;
    item.contextValue = `sync.${syncKey(sync)}`;
    item.tooltip = [sentence, sync.message, sync.serverUrl, `since ${new Date(sync.since).toLocaleString()}`]
      .filter(Boolean)
      .join('\n');
    item.accessibilityInformation = { label: [sentence, sync.message].filter(Boolean).join('. ') };
    if (sync.state === 'off') item.command = { command: 'benchmate.connectServer', title: 'Connect to Sync Server' };
    return item;
  }

  #inboxItem(): vscode.TreeItem {
    const count = this.#inbox.items.length;
    const item = new vscode.TreeItem('Inbox');
    // Another id, or the editor would keep it closed as it was when nothing waited.
    item.id = count === 0 ? 'team.inbox.empty' : 'team.inbox';
    item.collapsibleState =
      count === 0 ? vscode.TreeItemCollapsibleState.None : vscode.TreeItemCollapsibleState.Expanded;
    item.iconPath = new vscode.ThemeIcon('inbox');
    item.description = count === 0 ? 'nothing waits for you' : String(count);
    return item;
  }

  #waitingItem(itemId: string): vscode.TreeItem {
    const waiting = this.#inbox.get(itemId);
    if (!waiting) return new vscode.TreeItem('Settled');
    const { kind, sentence, next, evidence, dismissible, action } = waiting;
    const item = new vscode.TreeItem(sentence);
    const time = inboxTime(waiting, Date.now());
    item.id = `team.waiting.${itemId}`;
    item.iconPath = pressing.has(kind)
      ? new vscode.ThemeIcon(inboxIcons[kind], new vscode.ThemeColor('list.warningForeground'))
      : new vscode.ThemeIcon(inboxIcons[kind]);
    item.description = time;
    item.contextValue = dismissible ? 'inbox.dismissible' : 'inbox';
    item.tooltip = [sentence, next, ...evidence, time].join('\n');
    item.accessibilityInformation = { label: `${sentence} ${next} ${time}` };
    item.command = { command: 'benchmate.openInboxItem', title: action, arguments: [{ kind: 'waiting', itemId }] };
    return item;
  }

  #moreItem(): vscode.TreeItem {
    const item = new vscode.TreeItem(`${this.#inbox.items.length - mostShown} more`);
    item.id = 'team.waiting-more';
    item.command = { command: 'benchmate.showInbox', title: 'Show Inbox' };
    return item;
  }

  #memberItem(device: string): vscode.TreeItem {
    const member = this.#members().find(other => other.device === device);
    const item = new vscode.TreeItem(member?.name ?? 'Unknown');
    const you = device === this.#state?.device ? 'you' : '';
    item.id = `team.member.${device}`;
    const here = this.#presence.of(device);
    const followed = here && this.#following.device === device ? 'you follow them' : '';
    const looks = here?.place && `looks at ${placeWords(here.place)}`;
    item.description = [this.#roleOf(member), looks ?? member?.deviceName, followed, you].filter(Boolean).join(' · ');
    item.iconPath = new vscode.ThemeIcon(here ? 'eye' : member?.role === 'agent' ? 'hubot' : 'person');
    if (looks) item.contextValue = followed ? 'member.here.followed' : 'member.here';
    item.accessibilityInformation = {
      label: [member?.name, this.#roleOf(member), `on ${member?.deviceName ?? 'a device'}`, looks, followed, you]
        .filter(Boolean)
        .join(', '),
    };
    return item;
  }

  #inviteItem(inviteId: string): vscode.TreeItem {
    const invite = this.#invites().find(open => open.inviteId === inviteId);
    if (!invite) return new vscode.TreeItem('No longer open');
    const item = new vscode.TreeItem(`For ${inviteFor(invite)}`);
    item.id = `team.invite.${inviteId}`;
    item.description = inviteAbout(invite, this.#state!.members, Date.now());
    item.iconPath = new vscode.ThemeIcon('mail');
    item.contextValue = 'invite';
    item.tooltip = `Lets in one device until ${new Date(invite.expiresAt).toLocaleString()}`;
    item.accessibilityInformation = { label: `Invite for ${inviteFor(invite)}, ${item.description}` };
    return item;
  }

  #invites(): OpenInvite[] {
    return (this.#state?.invites ?? []).filter(({ expiresAt }) => Date.parse(expiresAt) > Date.now());
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

function groupItem(label: string, icon: string, count: number, where = '', isOpen = true): vscode.TreeItem {
  const { Expanded, Collapsed } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(label, isOpen ? Expanded : Collapsed);
  item.id = `team.${label}`;
  item.description = [count, where].filter(Boolean).join(' · ');
  item.iconPath = new vscode.ThemeIcon(icon);
  return item;
}

/** What can be done with it. */
const syncKey = ({ state }: SyncStatus): 'paused' | 'off' | 'on' =>
  state === 'paused' || state === 'off' ? state : 'on';
