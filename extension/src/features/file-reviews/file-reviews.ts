import * as vscode from 'vscode';
import { filePath } from '@benchmate/shared/domain/companion-path';
import type { FileReviewNow } from '@benchmate/shared/domain/file-review';
import type { ReviewVerdict } from '@benchmate/shared/domain/model-review';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { allows, heldBy } from '@benchmate/shared/facts/rights';
import type { EngineClient } from '@benchmate/shared/protocol/engine';
import type { TeamState } from '@benchmate/shared/protocol/team';
import { keepTyped } from '../../host/keep-typed.ts';
import type { Commands, Part } from '../../host/part.ts';
import { reviewedFile } from '../reviews/reviewed-file.ts';
import { fileMenu } from './file-menu.ts';

interface Place {
  projectId: string;
  path: string;
}

const titles: Record<ReviewVerdict, string> = {
  approve: 'Approve',
  'request-changes': 'Request Changes to',
  comment: 'Comment on',
};
const done: Record<ReviewVerdict, string> = {
  approve: 'You approved what',
  'request-changes': 'You requested changes to what',
  comment: 'You commented on what',
};

/** `Review a File`: a model card, or any other file of a project, by what it says; as on its page in the companion. */
export function startFileReviews({ engine, projects }: Part): Commands {
  return {
    reviewFile: async (at?: Place | vscode.Uri) => {
      const { client } = await engine.session();
      const place = await shown(at);
      const [review, team] = await Promise.all([client.fileReviews.show.query(place), client.team.state.query()]);
      if (review.content === null)
        throw new BenchmateError(
          'NOT_FOUND',
          `There is no file ${place.path} in the project’s folder on this machine.`,
          'Check the branch out that has it.',
        );
      const chosen = await vscode.window.showQuickPick(fileMenu(review, team.me.agentOf ?? team.me.person), {
        title: `Review ${place.path}`,
        placeHolder: review.refusal ?? 'What do you want to do?',
      });
      const step = chosen?.step;
      if (step === 'companion') await vscode.commands.executeCommand('benchmate.openCompanion', filePath(place));
      else if (step === 'ask') await ask(client, place, team);
      else if (step === 'decline') await decline(client, place, team);
      else if (step !== undefined) await give(client, place, step, review);
    },
  };

  /** The file that is meant, open in the editor as it is on the disk: that is what a verdict is about. */
  async function shown(at: Place | vscode.Uri | undefined): Promise<Place> {
    const isPlace = at !== undefined && 'projectId' in at;
    const project = isPlace ? projects.all.find(({ projectId }) => projectId === at.projectId) : undefined;
    const dir = project && projects.dirOf(project);
    if (isPlace && !dir)
      throw new BenchmateError('NOT_FOUND', 'The project of this file is not open in this window.', 'Open its folder.');
    const uri = isPlace
      ? vscode.Uri.joinPath(vscode.Uri.file(dir!), at.path)
      : (at ?? vscode.window.activeTextEditor?.document.uri);
    const file = uri && reviewedFile(projects, uri);
    if (!file)
      throw new BenchmateError(
        'NOT_FOUND',
        'No file of a project is open here.',
        'Open the file to review, then try again.',
      );
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document);
    if (document.isDirty)
      throw new BenchmateError(
        'CONFLICT',
        `${file.path} has changes that are not saved.`,
        'Save it first: others review what the file says.',
      );
    return { projectId: file.project.projectId, path: file.path };
  }
}

async function give(client: EngineClient, place: Place, verdict: ReviewVerdict, review: FileReviewNow): Promise<void> {
  const { drafts, content } = review;
  const goAlong = drafts.length === 0 ? '' : ` Comments on it that you drafted go out with it: ${drafts.length}.`;
  const about =
    verdict === 'comment'
      ? 'Without a vote.'
      : `It is about what ${place.path} says now, until it says something else.`;
  const comment = await vscode.window.showInputBox({
    title: `${titles[verdict]} ${place.path}`,
    prompt: `${about}${goAlong} Enter signs it.`,
    placeHolder: verdict === 'approve' ? 'A comment, or nothing' : 'Why, in a few words',
    ignoreFocusOut: true,
    validateInput: text =>
      verdict === 'comment' && text.trim() === '' && drafts.length === 0 ? 'Write a comment.' : undefined,
  });
  if (comment === undefined) return;
  const submitted = { ...place, verdict, comment: comment.trim(), content: content!, drafts };
  await keepTyped(comment, () => client.fileReviews.submit.mutate(submitted));
  void vscode.window.showInformationMessage(`${done[verdict]} ${place.path} says.`);
}

async function ask(client: EngineClient, place: Place, { me, members }: TeamState): Promise<void> {
  const able = members.filter(
    member =>
      member.active &&
      member.agentOf === null &&
      member.person !== me.person &&
      allows('file-review.given', heldBy(member, members), place.projectId),
  );
  const people = [
    ...new Map(able.map(({ person, name, role }) => [person, { label: name, description: role, person }])).values(),
  ];
  if (people.length === 0)
    throw new BenchmateError(
      'NOT_FOUND',
      'Nobody else of the team may review a file of this project.',
      'Ask somebody in with “Benchmate: Invite a Teammate”.',
    );
  const title = `Ask for a Review of ${place.path}`;
  const options = { title, placeHolder: 'Whom?', canPickMany: true, ignoreFocusOut: true } as const;
  const chosen = await vscode.window.showQuickPick(people, options);
  if (!chosen || chosen.length === 0) return;
  const names = chosen.map(({ label }) => label).join(', ');
  const comment = await say(title, `What ${names} should look at; it may be empty`);
  if (comment === undefined) return;
  const asked = { ...place, people: chosen.map(({ person }) => person), comment };
  await keepTyped(comment, () => client.fileReviews.request.mutate(asked));
  void vscode.window.showInformationMessage(
    `${names} ${chosen.length === 1 ? 'is' : 'are'} asked to review ${place.path}.`,
  );
}

async function decline(client: EngineClient, place: Place, { me }: TeamState): Promise<void> {
  const comment = await say(`Decline to Review ${place.path}`, 'Why; it may be empty');
  if (comment !== undefined) await client.fileReviews.withdraw.mutate({ ...place, people: [me.person], comment });
}

const say = async (title: string, prompt: string): Promise<string | undefined> =>
  (await vscode.window.showInputBox({ title, prompt, ignoreFocusOut: true }))?.trim();
