import type { Scene } from '../kernel/stage.ts';
import { EngineMachine } from './engine.ts';
import { RogueMachine } from './rogue.ts';
import { ServerMachine } from './server.ts';
import { StockMachine } from './stock.ts';
import type { Team } from './team.ts';
import type { Templates } from './templates.ts';

/** Everybody who takes part in one simulation. */
export interface Cast {
  team: Team;
  server: ServerMachine;
  /** Those who work together to the end, and by name. */
  engines: Record<string, EngineMachine>;
  /** May read, and writes. */
  reader: RogueMachine;
  /** Has the key of Cy, who is sent away in some simulations. */
  ghost: RogueMachine;
  stock: StockMachine;
  documents: { note: string; other: string; project: string };
}

export function castOf(team: Team, scene: Scene, templates: Templates): Cast {
  const { teamId, members, founding } = team;
  const documents = { note: `${teamId}.note.n1`, other: `${teamId}.note.n2`, project: `${teamId}.project.p1` };
  const engine = (name: string) => [name, new EngineMachine(members[name]!, founding, scene, templates)] as const;
  return {
    team,
    server: new ServerMachine(scene, templates),
    engines: Object.fromEntries(['ana', 'bo', 'cy'].map(engine)),
    reader: new RogueMachine('reader', members['di']!, documents.note, scene),
    ghost: new RogueMachine('ghost', members['cy']!, documents.note, scene),
    stock: new StockMachine('stock', members['ed']!, documents.note, scene),
    documents,
  };
}
