import * as vscode from 'vscode';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { roleSentence } from '@benchmate/shared/facts/rights';
import type { Commands } from '../../host/part.ts';
import { waitingWords } from '../inbox/inbox-rows.ts';
import { describeServing } from './team-rows.ts';
import { startInvites } from './invites.ts';
import { TeamTree, type TreeParts } from './team-tree.ts';

/** The Team view; inviting, joining, choosing a server and settling contested promotions. */
export function startTeam(part: TreeParts): Commands {
  const { context, engine } = part;
  const tree = new TeamTree(part);
  const view = vscode.window.createTreeView('benchmate.team', { treeDataProvider: tree });
  context.subscriptions.push(
    view,
    part.inbox.onDidChange(() => (view.badge = badge(part.inbox.items.length))),
  );

  const connectServer = async (): Promise<boolean> => {
    const { client } = await engine.session();
    const { sync } = await client.team.state.query();
    const answer = await vscode.window.showInputBox({
      title: 'Connect to Sync Server',
      prompt: 'Address of your team’s sync server. Empty works alone.',
      placeHolder: 'https://sync.example.org',
      value: sync.serverUrl ?? '',
      ignoreFocusOut: true,
      validateInput: value =>
        value.trim() === '' || /^https?:\/\/[^/\s]+/.test(value.trim())
          ? undefined
          : 'An address begins with http:// or https://.',
    });
    if (answer === undefined) return false;
    await client.team.connect.mutate({ serverUrl: answer.trim() || null });
    return answer.trim() !== '';
  };
  const setPaused = async (paused: boolean) => {
    const { client } = await engine.session();
    const { sync } = await client.team.state.query();
    if (sync.serverUrl === null)
      throw new BenchmateError(
        'BAD_REQUEST',
        'You work alone: nothing is shared that could be paused.',
        'Choose a server with “Benchmate: Connect to Sync Server”.',
      );
    await client.team.setPaused.mutate({ paused });
  };

  return {
    ...startInvites(part),
    connectServer,
    pauseSync: () => setPaused(true),
    resumeSync: () => setPaused(false),
    invite: async () => {
      const { client } = await engine.session();
      const { sync } = await client.team.state.query();
      if (sync.serverUrl === null && !(await connectServer())) return undefined;
      const role = await vscode.window.showQuickPick(roles, { title: 'Invite a Teammate', placeHolder: 'As what?' });
      if (!role) return undefined;
      const way = await vscode.window.showQuickPick(ways, { title: 'Invite a Teammate', placeHolder: 'How?' });
      if (!way) return undefined;
      const { link, spoken, expiresAt } = await client.team.invite.mutate({ role: role.role, spoken: way.spoken });
      await vscode.env.clipboard.writeText(spoken ?? link);
      void tell({ text: spoken ?? link, isSpoken: way.spoken, role: role.label, expires: new Date(expiresAt) });
      return spoken ?? link;
    },
    join: async () => {
      const { client } = await engine.session();
      const { me } = await client.team.state.query();
      const link = await vscode.window.showInputBox({
        title: 'Join a Team (1/2)',
        prompt: 'The invite that a teammate sent you, or the server and the code that was read to you',
        placeHolder: inviteScheme,
        password: true,
        ignoreFocusOut: true,
        validateInput: value =>
          looksLikeInvite(value)
            ? undefined
            : `An invite is one line that begins with ${inviteScheme} (copy all of it), or like ${spokenExample}`,
      });
      if (!link?.trim()) return;
      const name = await vscode.window.showInputBox({
        title: 'Join a Team (2/2)',
        prompt: 'Your name, as teammates see it',
        value: me.name,
        ignoreFocusOut: true,
      });
      if (!name?.trim()) return;
      const state = await client.team.join.mutate({ link: link.trim(), name: name.trim() });
      void vscode.window.showInformationMessage(`You are in ${state.name} now, as ${state.me.role}.`);
    },
    resolveContested: async (wanted?: { model: string; alias: string }) => {
      const contested = tree.contested.find(
        ({ model, alias }) => !wanted || (model.name === wanted.model && alias.alias === wanted.alias),
      );
      if (!contested) throw new BenchmateError('NOT_FOUND', 'Nothing is contested any more.');
      const { model, alias } = contested;
      const items = alias.claims.flatMap(claim => {
        const version = model.versions.find(({ versionId }) => versionId === claim.versionId);
        return version
          ? [
              {
                label: `Version ${version.version}`,
                description: `${claim.name}, ${new Date(claim.at).toLocaleString()}`,
                version: version.version,
              },
            ]
          : [];
      });
      const chosen = await vscode.window.showQuickPick(items, {
        title: `Which version is ${alias.alias} of ${model.name}?`,
        placeHolder: sentence(describeServing(contested)),
      });
      if (!chosen) return;
      const { client } = await engine.session();
      await client.registry.resolve.mutate({ model: model.name, alias: alias.alias, version: chosen.version });
    },
  };
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

const inviteScheme = 'benchmate:join#';
const spokenExample = 'sync.example.org 7-river-candy-orbit';

const ways = [
  { label: 'Link', description: 'to be sent; valid for three days', spoken: false },
  {
    label: 'Code to Read Aloud',
    description: 'short, for a call; valid for an hour while you are online',
    spoken: true,
  },
];

/** Half a link, or another one, is told at once; whether it is still good is for the server to say. */
function looksLikeInvite(text: string): boolean {
  const [, payload = ''] = /^benchmate:join#([\w-]+)=*$/.exec(text.trim()) ?? [];
  if (text.trim() === '' || /^(?!benchmate:)\S+\s+\d+([\s-]+[a-z]+){3}$/i.test(text.trim())) return true;
  try {
    return typeof JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) === 'object';
  } catch {
    return false;
  }
}

interface Told {
  text: string;
  isSpoken: boolean;
  role: string;
  expires: Date;
}

/** The clipboard may be used for something else before the link is sent. */
async function tell({ text, isSpoken, role, expires }: Told): Promise<void> {
  const until = expires.toLocaleString('en', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
  });
  const again = 'Copy Again';
  const what = isSpoken ? `Read this aloud: ${text}` : 'The invite is in the clipboard.';
  const says = `${what} It lets in one person, as ${role.toLowerCase()}, until ${until}.`;
  while ((await vscode.window.showInformationMessage(says, again)) === again)
    await vscode.env.clipboard.writeText(text);
}

const roles = (['reviewer', 'contributor', 'viewer', 'maintainer', 'owner', 'agent'] as const).map(role => ({
  label: `${role[0]!.toUpperCase()}${role.slice(1)}`,
  description: roleSentence[role],
  role,
}));

const badge = (waiting: number): vscode.ViewBadge | undefined =>
  waiting > 0 ? { value: waiting, tooltip: waitingWords(waiting) } : undefined;
