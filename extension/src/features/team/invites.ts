import * as vscode from 'vscode';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { confirm } from '../../host/confirm.ts';
import type { Commands, Part } from '../../host/part.ts';
import { inviteAbout, inviteFor } from './invite-rows.ts';

/** `Withdraw Invite`, of a row of the Team view or of a list. */
export function startInvites({ engine }: Part): Commands {
  return {
    withdrawInvite: async (row?: { inviteId: string }) => {
      const { client } = await engine.session();
      const { invites, members } = await client.team.state.query();
      if (!row && invites.length === 0) {
        void vscode.window.showInformationMessage('No invite is open.');
        return;
      }
      const rows = invites.map(invite => ({
        label: `For ${inviteFor(invite)}`,
        description: inviteAbout(invite, members, Date.now()),
        invite,
      }));
      const chosen = row
        ? rows.find(({ invite }) => invite.inviteId === row.inviteId)
        : await vscode.window.showQuickPick(rows, { title: 'Withdraw Invite', placeHolder: 'Which invite?' });
      if (row && !chosen) throw new BenchmateError('NOT_FOUND', 'The invite is not open any more.');
      if (!chosen) return;
      const { invite } = chosen;
      const question = `Withdraw the invite for ${inviteFor(invite)}?`;
      if (!(await confirm(question, 'Nobody joins with it any more.', 'Withdraw'))) return;
      const { sync } = await client.team.withdrawInvite.mutate({ inviteId: invite.inviteId });
      if (sync.unshared > 0)
        void vscode.window.showWarningMessage(
          'The invite is withdrawn, and that is not shared yet: whoever joins with it until then is out again when it is.',
        );
    },
  };
}
