import * as vscode from 'vscode';
import type { FileReviewNow } from '@benchmate/shared/domain/file-review';

export type FileStep = 'approve' | 'request-changes' | 'comment' | 'decline' | 'ask' | 'companion';

/** What can be done with a file by this person, in the order of a review; and, below, what was said so far. */
export function fileMenu(review: FileReviewNow, me: string): (vscode.QuickPickItem & { step?: FileStep })[] {
  const { requests, refusal } = review;
  const isAsked = requests.some(({ person, state }) => person === me && state === 'open');
  const said = saidOf(review);
  const divider = { label: 'So far', kind: vscode.QuickPickItemKind.Separator };
  return [
    ...(refusal === null
      ? [
          { label: '$(check) Approve', step: 'approve' as const },
          { label: '$(request-changes) Request changes', step: 'request-changes' as const },
        ]
      : []),
    { label: '$(comment) Comment without a vote', step: 'comment' },
    ...(isAsked ? [{ label: '$(circle-slash) Decline', step: 'decline' as const }] : []),
    { label: '$(person-add) Ask for a review', step: 'ask' },
    { label: '$(link-external) Open in the companion', step: 'companion' },
    ...(said.length > 0 ? [divider, ...said] : []),
  ];
}

/** Verdicts and open requests, newest last. */
function saidOf({ requests, votes, content }: FileReviewNow): vscode.QuickPickItem[] {
  const asked = requests
    .filter(({ state }) => state === 'open')
    .map(({ name, by, comment, at }) => ({ label: `$(question) ${by.name} asked ${name}`, comment, at, content }));
  const given = votes.map(({ name, verdict, comment, at, content: about }) => ({
    label: verdict === 'approve' ? `$(check) ${name} approved` : `$(request-changes) ${name} requested changes`,
    comment,
    at,
    content: about,
  }));
  return [...asked, ...given]
    .toSorted((a, b) => (a.at < b.at ? -1 : 1))
    .map(({ label, comment, content: about }) => ({
      label,
      description: [about === content ? '' : 'what it said before', comment].filter(Boolean).join(' · '),
    }));
}
