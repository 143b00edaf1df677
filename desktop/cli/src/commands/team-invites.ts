import type { Command } from 'commander';
import { addLeaf, numberOption, option } from '../command.ts';
import { inviteLines } from '../output/invite-lines.ts';
import { pickById } from '../pick-by-id.ts';

/** Of every command that makes an invite. */
export const inviteOptions = [
  numberOption('--hours <n>', 'how long it is valid (default: 72; 1 with --spoken, and then 24 at most)'),
  option('--spoken', 'a short code to read aloud; both engines have to be online when it is used'),
];

/** `benchmate team invites`: those that nobody has used yet. */
export function registerTeamInvites(team: Command): void {
  const invites = addLeaf(team, {
    spec: 'invites',
    description: 'open invites: who made them, for what, until when',
    examples: ['benchmate team invites', 'benchmate team invites withdraw 01jd3f'],
    run: async context => {
      const state = await (await context.engine()).team.state.query();
      context.print(state.invites, () => inviteLines(state, context.terminal.width));
    },
  });
  // Else `invites --json` and `invites withdraw … --json` would be the same option.
  invites.enablePositionalOptions();

  addLeaf(invites, {
    spec: 'withdraw <invite>',
    description: 'take an invite back: nobody joins with it any more',
    examples: ['benchmate team invites withdraw 01jd3f'],
    run: async (context, [wanted]) => {
      const { team: engine } = await context.engine();
      const open = (await engine.state.query()).invites;
      const { inviteId } = pickById(open, String(wanted), { what: 'open invite', id: invite => invite.inviteId });
      const state = await engine.withdrawInvite.mutate({ inviteId });
      context.print(state.invites, () => [
        state.sync.unshared === 0
          ? 'The invite is withdrawn.'
          : 'The invite is withdrawn, and that is not shared yet: whoever joins with it until then is out again when it is.',
        ...inviteLines(state, context.terminal.width),
      ]);
    },
  });
}
