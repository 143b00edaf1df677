import * as vscode from 'vscode';
import { placeWords } from '@benchmate/shared/diff/place-words';
import type { EvidencePlace, Present } from '@benchmate/shared/domain/presence';
import type { Commands, Part } from '../../host/part.ts';
import type { Following } from './following.ts';
import { goToPlace } from './go-to-place.ts';
import { tellWhatIsShown } from './looking.ts';
import type { PresenceCache } from './presence-cache.ts';

type Placed = Present & { place: EvidencePlace };

const isPlaced = (present: Present): present is Placed => present.place !== null;

async function choosePerson({ all }: PresenceCache, title: string): Promise<Placed | undefined> {
  const picks = all.filter(isPlaced).map(present => ({
    label: present.name,
    description: placeWords(present.place),
    present,
  }));
  if (picks.length > 0) return (await vscode.window.showQuickPick(picks, { title }))?.present;
  await vscode.window.showInformationMessage('No teammate is here now.');
  return undefined;
}

/** A row of the Team view. */
interface Row {
  device: string;
}

/** What this window tells, going to what a teammate looks at and on with them, and the switch. */
export function startPresence(part: Part & { presence: PresenceCache; following: Following }): Commands {
  const { engine, presence, following } = part;
  tellWhatIsShown(part);
  const person = async (row: Row | undefined, title: string): Promise<Placed | undefined> => {
    await engine.session(); // who is here is not known without one
    const present = row && presence.of(row.device);
    return present && isPlaced(present) ? present : choosePerson(presence, title);
  };
  return {
    goToTeammate: async (row?: Row) => {
      const present = await person(row, 'Go to What a Teammate Looks At');
      if (!present) return;
      const went = await goToPlace(part, present, path =>
        vscode.commands.executeCommand('benchmate.openCompanion', path),
      );
      if ('sentence' in went) await vscode.window.showInformationMessage(went.sentence);
    },
    followTeammate: async (row?: Row) => {
      const present = await person(row, 'Follow a Teammate');
      if (present) await following.start(present.device);
    },
    stopFollowing: () => following.stop(),
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
