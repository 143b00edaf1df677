import * as vscode from 'vscode';
import type { ModelReview, ReviewVerdict } from '@benchmate/shared/domain/model-review';
import { approvalEffect } from '@benchmate/shared/diff/approval-effect-text';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { TeamState } from '@benchmate/shared/protocol/team';
import { keepTyped } from '../../host/keep-typed.ts';
import type { Commands, Part } from '../../host/part.ts';
import { chooseVersion } from './choose-version.ts';
import { personOf } from './model-rows.ts';
import type { VersionRef } from './review-cache.ts';

const titles: Record<ReviewVerdict, string> = {
  approve: 'Approve',
  'request-changes': 'Request Changes to',
  comment: 'Comment on',
};

/** `Approve …`, `Request Changes …`, `Comment on …`: signed, and with the drafts that the person publishes with it. */
export function startVerdicts({ engine, given }: Part & { given: (ref: VersionRef) => void }): Commands {
  const give = async (verdict: ReviewVerdict, node?: unknown): Promise<void> => {
    const { client } = await engine.session();
    const ref = await chooseVersion(client, `${titles[verdict]} a Model Version`, node);
    if (!ref) return;
    const [review, team] = await Promise.all([client.modelReviews.show.query(ref), client.team.state.query()]);
    if (verdict !== 'comment' && review.refusal !== null) throw new BenchmateError('FORBIDDEN', review.refusal);
    const title = `${titles[verdict]} ${ref.model} v${ref.version}`;
    const drafts = await chooseDrafts(review, title);
    if (!drafts) return;
    const comment = await vscode.window.showInputBox({
      title,
      prompt: promptFor(verdict, review, team),
      placeHolder: verdict === 'approve' ? 'A comment, or nothing' : 'Why, in a few words',
      ignoreFocusOut: true,
      validateInput: text =>
        verdict === 'comment' && text.trim() === '' && drafts.length === 0 ? 'Write a comment.' : undefined,
    });
    if (comment === undefined) return;
    const submitted = { ...ref, verdict, comment: comment.trim(), drafts };
    await keepTyped(comment, () => client.modelReviews.submit.mutate(submitted));
    given(ref);
  };

  return {
    approveVersion: (node?: unknown) => give('approve', node),
    requestChanges: (node?: unknown) => give('request-changes', node),
    commentOnVersion: (node?: unknown) => give('comment', node),
  };
}

/** What it does, before it is done. */
function promptFor(verdict: ReviewVerdict, review: ModelReview, { me, members }: TeamState): string {
  if (verdict === 'comment') return 'Without a vote: it answers a request, and leaves an approval as it is.';
  const mine = review.version.approvals.find(({ device }) => personOf(device, members) === me.person);
  if (verdict === 'request-changes')
    return mine?.verdict === 'approve'
      ? 'It takes back your approval. Enter signs it.'
      : 'An approval of yours later replaces it. Enter signs it.';
  const hasApproved = mine?.verdict === 'approve';
  return `${approvalEffect(review, { name: me.name, hasApproved }).join(' ')} Enter signs it.`;
}

/** Drafts of comments to publish with a verdict; all, unless the person says otherwise. Undefined: they changed their mind. */
async function chooseDrafts({ drafts }: ModelReview, title: string): Promise<string[] | undefined> {
  if (drafts.length === 0) return [];
  const rows = drafts.map(({ draftId, label }) => ({ label, draftId, picked: true }));
  const chosen = await vscode.window.showQuickPick(rows, {
    title,
    placeHolder: 'Drafts that are published with it',
    canPickMany: true,
    ignoreFocusOut: true,
  });
  return chosen?.map(({ draftId }) => draftId);
}
