import type { Disk } from './disk.ts';
import type { Network } from './network.ts';
import type { SharedBus } from './shared-bus.ts';
import type { SharedDatabase } from './shared-database.ts';
import type { World } from './world.ts';

export interface Scene {
  world: World;
  network: Network;
  disk: Disk;
  /** What several servers share. */
  database: SharedDatabase;
  bus: SharedBus;
}

/**
 * The simulation that runs now. Programs know timers, chance, sockets and files as globals and modules of their host, so what
 * stands in for those has to find the simulation from there; nothing else of this folder uses it.
 */
let scene: Scene | null = null;

export const play = (next: Scene | null): void => void (scene = next);

/** Null while modules are loaded. */
export const playing = (): Scene | null => scene;

export function onStage(): Scene {
  if (!scene) throw new Error('No simulation runs.');
  return scene;
}
