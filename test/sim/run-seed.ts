import { castOf, type Cast } from './actors/cast.ts';
import type { Team } from './actors/team.ts';
import type { Templates } from './actors/templates.ts';
import { Disk } from './kernel/disk.ts';
import { Network } from './kernel/network.ts';
import { Random } from './kernel/random.ts';
import { SharedBus } from './kernel/shared-bus.ts';
import { SharedDatabase } from './kernel/shared-database.ts';
import { play, type Scene } from './kernel/stage.ts';
import { Trace } from './kernel/trace.ts';
import { describe, World } from './kernel/world.ts';
import { differences, documentViolations } from './oracles/documents.ts';
import { entriesApart, factViolations } from './oracles/facts.ts';
import { watch } from './oracles/watch.ts';
import { plan, turmoilMs, type Deeds } from './plan.ts';

export interface SeedResult {
  seed: number;
  /** The same for every run of a seed. */
  digest: string;
  events: number;
  convergedMs: number;
  violations: string[];
}

/** After a cut everybody is in step within this time; a line that died without a word is noticed later (S4). */
const promptMs = 5000;
const silentMs = 25_000;
const lookEveryMs = 250;

/** Runs one simulation from its seed to its end and asks the oracles. */
export async function runSeed(
  seed: number,
  { team, templates }: { team: Team; templates: Templates },
  show: ((line: string) => void) | null = null,
): Promise<SeedResult> {
  const world = new World(seed, new Trace(show));
  const scene: Scene = {
    world,
    network: new Network(world, new Random(world.random.uint32())),
    disk: new Disk(new Random(world.random.uint32())),
    database: new SharedDatabase(),
    bus: new SharedBus(),
  };
  const unhandled = (error: unknown) => world.failures.push(`P9: nobody handled ${describe(error)}`);
  process.on('unhandledRejection', unhandled);
  play(scene);
  try {
    const random = new Random(world.random.uint32());
    return await run(seed, castOf({ team, scene, templates, isCluster: random.chance(0.25) }), scene, random);
  } finally {
    play(null);
    process.off('unhandledRejection', unhandled);
    scene.disk.close();
  }
}

async function run(seed: number, cast: Cast, scene: Scene, random: Random): Promise<SeedResult> {
  const { world, network } = scene;
  const machines = [...cast.servers, ...Object.values(cast.engines), cast.reader, cast.ghost, cast.stock];
  network.isUp = name => machines.find(machine => machine.name === name)?.hasPower ?? true;
  const deeds = plan(cast, scene, random);
  watch(cast, scene, deeds);
  const violations = world.failures;
  for (let at = lookEveryMs; at < turmoilMs; at += lookEveryMs) world.after(at, () => noteShared(cast), null);
  await world.runUntil(turmoilMs);
  heal(cast, scene, deeds);
  const healed = world.now;
  const limitMs = deeds.silentDeath || deeds.isCyPatched ? silentMs : promptMs;
  let problem: string | null = 'nothing ran';
  while (problem && world.now - healed < limitMs && violations.length === 0) {
    await world.runUntil(world.now + lookEveryMs);
    noteShared(cast);
    problem = differences(cast, deeds, scene) ?? entriesApart(cast, deeds);
  }
  const convergedMs = world.now - healed;
  if (violations.length === 0) {
    if (problem) violations.push(`P8/S7: ${(convergedMs / 1000).toFixed(1)} s after the last fault ${problem}.`);
    violations.push(...documentViolations(cast, deeds, scene));
    if (!problem) violations.push(...factViolations(cast, deeds));
  }
  return { seed, digest: world.trace.digest(), events: world.trace.length, convergedMs, violations };
}

function noteShared({ engines }: Cast): void {
  for (const engine of Object.values(engines)) engine.noteShared();
}

/** All faults end, and whoever is down comes back. */
function heal({ servers, engines }: Cast, { world, network, disk, database, bus }: Scene, deeds: Deeds): void {
  world.note('heals');
  network.heal();
  disk.syncMs = () => 0.3;
  database.isUp = true;
  bus.isUp = true;
  for (const { name } of [...servers, ...Object.values(engines)]) disk.setFull(name, false);
  for (const server of servers) server.start();
  for (const engine of Object.values(engines)) {
    if (!deeds.lost.has(engine.name)) engine.start();
    engine.setPaused(false);
  }
}
