import * as vscode from 'vscode';
import { openMinutes } from '@benchmate/shared/protocol/open-minutes';
import type { Commands, Part } from '../../host/part.ts';
import { chooseProject } from '../projects/choose-project.ts';
import { chooseVersion } from './choose-version.ts';

/** `Hold a Session on a Model Version`: opens today's minutes, begun with the agenda, for everybody to write in. */
export function startHoldSession({ engine, projects }: Part): Commands {
  return {
    holdSession: async (node?: unknown) => {
      const { client } = await engine.session();
      const ref = await chooseVersion(client, 'Hold a Session', node);
      if (!ref) return undefined;
      const review = await client.modelReviews.show.query(ref);
      const projectId = review.projectId ?? (await chooseProject(projects))?.projectId;
      if (projectId === undefined) return undefined;
      const { noteId } = (await openMinutes(client, review, projectId)).note;
      await vscode.commands.executeCommand('benchmate.openNote', noteId);
      return noteId;
    },
  };
}
