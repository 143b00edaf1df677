import * as vscode from 'vscode';
import type { ModelReview } from '@benchmate/shared/domain/model-review';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { allows, heldBy, projectOf } from '@benchmate/shared/facts/rights';
import type { TeamState } from '@benchmate/shared/protocol/team';
import type { Commands, Part } from '../../host/part.ts';
import { chooseVersion } from './choose-version.ts';
import { personOf } from './model-rows.ts';
import type { VersionRef } from './review-cache.ts';

/** The row of somebody, where a command was called on one: who is asked, or by the device who gave a verdict. */
type Row = Partial<VersionRef> & { person?: string; device?: string };

/** `Ask for a Review`, `Take Back a Review Request`, `Decline a Review`. */
export function startRequests({ engine, given }: Part & { given: (ref: VersionRef) => void }): Commands {
  return {
    askForReview: async (row?: Row) => {
      const { client } = await engine.session();
      const ref = await chooseVersion(client, 'Ask for a Review', row);
      if (!ref) return;
      const [review, team] = await Promise.all([client.modelReviews.show.query(ref), client.team.state.query()]);
      const again = row?.person ?? (row?.device === undefined ? undefined : personOf(row.device, team.members));
      const title = `Ask for a Review of ${ref.model} v${ref.version}`;
      const people = peopleToAsk(review, team, again);
      if (people.length === 0)
        throw new BenchmateError(
          'NOT_FOUND',
          `Nobody else of the team may give a verdict on ${ref.model}.`,
          'Ask somebody in with “Benchmate: Invite a Teammate”.',
        );
      const chosen = await vscode.window.showQuickPick(people, {
        title,
        placeHolder: 'Whom? Those whose approval is lacking are chosen',
        canPickMany: true,
        ignoreFocusOut: true,
        matchOnDescription: true,
      });
      if (!chosen || chosen.length === 0) return;
      const names = chosen.map(({ label }) => label).join(', ');
      const comment = await ask(title, `What ${names} should look at; it may be empty`);
      if (comment === undefined) return;
      await client.modelReviews.request.mutate({ ...ref, people: chosen.map(({ person }) => person), comment });
      given(ref);
    },
    withdrawReview: async (row?: Row) => {
      const { client } = await engine.session();
      const ref = await chooseVersion(client, 'Take Back a Review Request', row);
      if (!ref) return;
      const { version } = await client.modelReviews.show.query(ref);
      const open = version.requests.filter(({ state }) => state === 'open');
      if (open.length === 0)
        throw new BenchmateError('NOT_FOUND', `No review of ${ref.model} v${ref.version} is asked of anybody now.`);
      const rows = open.map(({ person, name, by }) => ({ label: name, description: `asked by ${by.name}`, person }));
      const chosen =
        rows.find(({ person }) => person === row?.person) ??
        (await vscode.window.showQuickPick(rows, { title: 'Take Back a Review Request', placeHolder: 'From whom?' }));
      if (!chosen) return;
      await client.modelReviews.withdraw.mutate({ ...ref, people: [chosen.person], comment: '' });
      given(ref);
    },
    declineReview: async (row?: Row) => {
      const { client } = await engine.session();
      const ref = await chooseVersion(client, 'Decline a Review', row);
      if (!ref) return;
      const { me } = await client.team.state.query();
      const comment = await ask(`Decline to Review ${ref.model} v${ref.version}`, 'Why; it may be empty');
      if (comment === undefined) return;
      await client.modelReviews.withdraw.mutate({ ...ref, people: [me.person], comment });
      given(ref);
    },
  };
}

const ask = async (title: string, prompt: string): Promise<string | undefined> =>
  (await vscode.window.showInputBox({ title, prompt, ignoreFocusOut: true }))?.trim();

/** Who may give a verdict that counts, once each; chosen are those whose approval is lacking. */
function peopleToAsk({ model, version, targets }: ModelReview, { members }: TeamState, again: string | undefined) {
  const author = personOf(version.registeredBy.device, members);
  const lacking = new Set(
    targets.flatMap(({ groups }) =>
      groups.filter(({ approvedBy }) => approvedBy === null).flatMap(({ people }) => people),
    ),
  );
  const able = members.filter(
    member =>
      member.active &&
      member.agentOf === null &&
      member.person !== author &&
      allows('approval.given', heldBy(member, members), projectOf(model)),
  );
  const once = new Map(able.map(member => [member.person, member]));
  return [...once.values()].map(({ person, name, role }) => {
    const said = version.approvals.find(({ device }) => personOf(device, members) === person);
    const asked = version.requests.find(request => request.person === person && request.state === 'open');
    const state = said ? (said.verdict === 'approve' ? 'approved' : 'requested changes') : asked ? 'asked already' : '';
    return {
      label: name,
      description: [role, lacking.has(name) ? 'approval is lacking' : '', state].filter(Boolean).join(' · '),
      person,
      picked: again === undefined ? lacking.has(name) : person === again,
    };
  });
}
