import { held } from '@benchmate/shared/facts/entry-hash';
import type { Scene } from '../kernel/stage.ts';
import { EngineMachine } from './engine.ts';
import type { Machine } from './machine.ts';
import { RogueMachine } from './rogue.ts';
import { ServerMachine } from './server.ts';
import { StockMachine } from './stock.ts';
import type { Team } from './team.ts';
import type { Templates } from './templates.ts';

/** Everybody who takes part in one simulation. */
export interface Cast {
  team: Team;
  /** One with a disk of its own, or two with a database and a Redis in common. */
  servers: readonly ServerMachine[];
  isCluster: boolean;
  /** The server that a machine knows. */
  serverOf: (machine: Machine) => ServerMachine;
  /** Those who work together to the end, and by name. */
  engines: Record<string, EngineMachine>;
  /** May read, and writes. */
  reader: RogueMachine;
  /** Has the key of Cy, who is sent away in some simulations. */
  ghost: RogueMachine;
  stock: StockMachine;
  documents: { note: string; other: string; project: string };
}

export interface CastParts {
  team: Team;
  scene: Scene;
  templates: Templates;
  isCluster: boolean;
}

/** Cy and Ana, who sends Cy away, are at the first: another server hears of that later. */
const atSecond = new Set(['bo', 'stock']);

export function castOf({ team, scene, templates, isCluster }: CastParts): Cast {
  const { teamId, members, founding } = team;
  const documents = { note: `${teamId}.note.n1`, other: `${teamId}.note.n2`, project: `${teamId}.project.p1` };
  const names = isCluster ? ['server', 'server2'] : ['server'];
  const servers = names.map(name => new ServerMachine(name, scene, templates, isCluster));
  if (isCluster) scene.database.entries.set(teamId, founding.map(held));
  const serverAt = (name: string) => (atSecond.has(name) ? servers.at(-1)! : servers[0]!);
  const urlAt = (name: string) => serverAt(name).url;
  const engine = (name: string) => {
    const parts = { member: members[name]!, founding, scene, templates, serverUrl: urlAt(name) };
    return [name, new EngineMachine(parts)] as const;
  };
  const rogue = (name: string, member: string) =>
    new RogueMachine(name, { member: members[member]!, documentId: documents.note, serverUrl: urlAt(name) }, scene);
  return {
    team,
    servers,
    isCluster,
    serverOf: ({ name }) => serverAt(name),
    engines: Object.fromEntries(['ana', 'bo', 'cy'].map(engine)),
    reader: rogue('reader', 'di'),
    ghost: rogue('ghost', 'cy'),
    stock: new StockMachine(
      'stock',
      { member: members['ed']!, documentId: documents.note, serverUrl: urlAt('stock') },
      scene,
    ),
    documents,
  };
}
