import * as vscode from 'vscode';
import { placeWords } from '@benchmate/shared/diff/place-words';
import type { EvidencePlace } from '@benchmate/shared/domain/presence';
import type { Commands, Part } from '../../host/part.ts';
import { tellWhatIsShown } from './looking.ts';
import type { PresenceCache } from './presence-cache.ts';

async function choosePlace({ all }: PresenceCache): Promise<EvidencePlace | null | undefined> {
  const picks = all.flatMap(({ name, place }) =>
    place ? [{ label: name, description: placeWords(place), place }] : [],
  );
  if (picks.length > 0)
    return (await vscode.window.showQuickPick(picks, { title: 'Go to What a Teammate Looks At' }))?.place;
  await vscode.window.showInformationMessage('No teammate is here now.');
  return undefined;
}

/** A row of the Team view. */
interface Row {
  device: string;
}

/** What this window tells, going to what a teammate looks at, and the switch. */
export function startPresence(part: Part & { presence: PresenceCache }): Commands {
  const { engine, projects, presence } = part;
  tellWhatIsShown(part);
  return {
    goToTeammate: async (row?: Row) => {
      await engine.session(); // who is here is not known without one
      const place = row ? presence.of(row.device)?.place : await choosePlace(presence);
      if (!place) return;
      const { file, path } = place;
      const project = file && projects.all.find(({ projectId }) => projectId === file.projectId);
      const dir = project && projects.dirOf(project);
      if (file && dir) {
        const uri = vscode.Uri.joinPath(vscode.Uri.file(dir), file.path);
        const at = new vscode.Position(file.line, 0);
        // A place that their files have and these do not shows the end of the file.
        await vscode.window.showTextDocument(uri, { selection: new vscode.Range(at, at) });
      } else if (path) await vscode.commands.executeCommand('benchmate.openCompanion', path);
      else await vscode.window.showInformationMessage(`${place.title} is in no project of this window.`);
    },
    togglePresence: async () => {
      const { client } = await engine.session();
      const { told } = await client.presence.state.query();
      await client.presence.setTold.mutate({ told: !told });
      await vscode.window.showInformationMessage(
        told ? 'Teammates no longer see what you look at.' : 'Teammates see what you look at.',
      );
    },
  };
}
