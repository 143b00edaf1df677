import * as vscode from 'vscode';
import { linkTarget } from '@benchmate/shared/domain/bench-link';
import type { Commands, Part } from '../../host/part.ts';
import { chooseProject } from '../projects/choose-project.ts';
import { chooseVersion } from './choose-version.ts';

/** `Write a Decision Record on a Model`: a note about the model, in the project that builds it. */
export function startDecisionRecord({ engine, projects }: Part): Commands {
  return {
    decisionRecord: async (node?: unknown) => {
      const { client } = await engine.session();
      const ref = await chooseVersion(client, 'Write a Decision Record', node);
      if (!ref) return undefined;
      const review = await client.modelReviews.show.query(ref);
      const projectId = review.projectId ?? (await chooseProject(projects))?.projectId;
      if (projectId === undefined) return undefined;
      const title = await vscode.window.showInputBox({
        title: 'Write a Decision Record',
        prompt: `What it is called, about ${ref.model}`,
        value: `${ref.model} v${ref.version}`.slice(0, 200),
        ignoreFocusOut: true,
        validateInput: value => (value.trim().length > 200 ? 'At most 200 characters.' : undefined),
      });
      if (!title?.trim()) return undefined;
      const about = `model:${ref.model}`;
      const { noteId } = await client.notes.create.mutate({
        projectId,
        title: title.trim(),
        template: 'decision',
        // A name that no link can say is written in the title alone.
        ...(linkTarget(about) === about && { about }),
      });
      await vscode.commands.executeCommand('benchmate.openNote', noteId);
      return noteId;
    },
  };
}
