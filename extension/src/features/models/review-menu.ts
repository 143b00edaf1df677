import * as vscode from 'vscode';
import { modelPath } from '@benchmate/shared/domain/companion-path';
import type { ModelReview } from '@benchmate/shared/domain/model-review';
import type { Commands, Part } from '../../host/part.ts';
import { chooseVersion } from './choose-version.ts';
import { partsWords } from './model-rows.ts';
import type { VersionRef } from './review-cache.ts';

interface Step extends vscode.QuickPickItem {
  command: string;
}

/** `Review a Model Version`: shows the version in the Models view, and offers what can be done with it. */
export function startReviewMenu({ engine, show }: Part & { show: (ref: VersionRef) => Promise<void> }): Commands {
  return {
    reviewVersion: async (node?: unknown) => {
      const { client } = await engine.session();
      const ref = await chooseVersion(client, 'Review a Model Version', node);
      if (!ref) return;
      await show(ref);
      const review = await client.modelReviews.show.query(ref);
      const { me } = await client.team.state.query();
      const chosen = await vscode.window.showQuickPick(stepsOf(review, me.agentOf ?? me.person), {
        title: `${ref.model} v${ref.version}`,
        placeHolder: review.refusal ?? 'What do you want to do?',
      });
      if (chosen) await vscode.commands.executeCommand(`benchmate.${chosen.command}`, ref);
    },
    openVersionInCompanion: async (node?: unknown) => {
      const { client } = await engine.session();
      const ref = await chooseVersion(client, 'Open a Model Version in the Companion', node);
      if (ref) await vscode.commands.executeCommand('benchmate.openCompanion', modelPath(ref.model, ref.version));
    },
  };
}

/** In the order of a review; what cannot be done by this person is left out. */
function stepsOf({ parts, lastReviewed, version, refusal }: ModelReview, me: string): Step[] {
  const isAsked = version.requests.some(({ person, state }) => person === me && state === 'open');
  const look = partsWords(parts, lastReviewed?.version);
  return [
    { label: '$(diff) Look at what changed', description: look, command: 'showVersionChanges' },
    ...(refusal === null
      ? [
          { label: '$(check) Approve', command: 'approveVersion' },
          { label: '$(request-changes) Request changes', command: 'requestChanges' },
        ]
      : []),
    { label: '$(comment) Comment without a vote', command: 'commentOnVersion' },
    ...(isAsked ? [{ label: '$(circle-slash) Decline', command: 'declineReview' }] : []),
    { label: '$(person-add) Ask for a review', command: 'askForReview' },
    { label: '$(rocket) Promote', command: 'promoteVersion' },
    { label: '$(checklist) Hold a session', command: 'holdSession' },
    { label: '$(note) Write a decision record', command: 'decisionRecord' },
    { label: '$(link-external) Open in the companion', command: 'openVersionInCompanion' },
  ];
}
