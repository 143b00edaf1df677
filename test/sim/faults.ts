import type { Cast } from './actors/cast.ts';
import type { EngineMachine } from './actors/engine.ts';
import type { Machine } from './actors/machine.ts';
import type { Random } from './kernel/random.ts';
import type { Scene } from './kernel/stage.ts';
import type { Death } from './kernel/world.ts';
import { turmoilMs, type Deeds } from './plan.ts';

type Fault = (cast: Cast, scene: Scene, random: Random, deeds: Deeds) => void;

/** Each seed takes some kinds of faults, so that rare ones meet without drowning each other. */
export function planFaults(cast: Cast, scene: Scene, random: Random, deeds: Deeds): void {
  const chosen = Object.values(kinds).filter(() => random.chance(0.45));
  for (const fault of chosen)
    for (let times = random.below(3) + 1; times > 0; times--) fault(cast, scene, random, deeds);
}

const window = (random: Random) => random.between(600, turmoilMs - 500);

const kinds: Record<string, Fault> = {
  serverDies({ servers, engines }, scene, random, deeds) {
    const server = random.pick(servers);
    if (random.chance(0.5)) makeSlow(server, scene, random, random.pick([100, 400]));
    const note = () => Object.values(engines).forEach(engine => engine.noteShared());
    dies(server, scene, random, deeds, random.between(50, 3000), note);
  },
  engineDies({ engines }, scene, random, deeds) {
    dies(random.pick(Object.values(engines)), scene, random, deeds, random.between(10, 4000));
  },
  stockDies({ stock }, { world }, random, deeds) {
    world.after(
      window(random),
      () => {
        if (stock.isRunning) deeds.mayLeaveGap = true;
        stock.die('killed');
        stock.start();
      },
      null,
    );
  },
  diskLost({ engines }, { world, disk }, random, deeds) {
    if (deeds.lost.size > 0) return;
    const bo = engines['bo']!;
    world.after(
      window(random),
      () => {
        if (!bo.isRunning) return;
        bo.die('killed');
        disk.lose(bo.name);
        deeds.lost.add(bo.name);
      },
      null,
    );
  },
  partition({ engines, reader, ghost, stock, serverOf }, { world, network }, random) {
    const machine = random.pick([...Object.values(engines), reader, ghost, stock]);
    const server = serverOf(machine).name;
    const at = window(random);
    const [out, back] = random.pick([
      [true, true],
      [true, false],
      [false, true],
    ] as const);
    const until = at + random.between(100, 9000);
    world.after(
      at,
      () => {
        world.note(`cut ${out ? 'to' : ''} ${back ? 'from' : ''}`, machine.name);
        if (out) network.block(machine.name, server);
        if (back) network.block(server, machine.name);
      },
      null,
    );
    world.after(
      until,
      () => {
        network.unblock(machine.name, server);
        network.unblock(server, machine.name);
      },
      null,
    );
  },
  badLine({ engines, stock, serverOf }, { world, network }, random) {
    const machine = random.pick([...Object.values(engines), stock]);
    const server = serverOf(machine).name;
    const [latencyMs, jitterMs] = [random.between(5, 400), random.between(0, 900)];
    world.after(
      random.between(0, turmoilMs),
      () => {
        for (const [from, to] of [
          [machine.name, server],
          [server, machine.name],
        ] as const)
          network.setQuality(from, to, { latencyMs, jitterMs, bytesPerMs: random.pick([2, 20, 2000]) });
      },
      null,
    );
  },
  slowReader({ engines, serverOf }, { world, network }, random) {
    const machine = random.pick(Object.values(engines));
    world.after(
      window(random),
      () => network.setQuality(serverOf(machine).name, machine.name, { latencyMs: 5, jitterMs: 5, bytesPerMs: 0.05 }),
      null,
    );
  },
  slowDisk({ servers, engines, isCluster }, scene, random) {
    const disks = [...(isCluster ? [{ name: scene.database.machine }] : servers), ...Object.values(engines)];
    makeSlow(random.pick(disks), scene, random, random.pick([5, 60, 400]));
  },
  fullDisk({ servers, engines }, { world, disk }, random) {
    const { name } = random.pick<Machine>([...servers, ...Object.values(engines)]);
    const at = window(random);
    world.after(at, () => (world.note('disk full', name), disk.setFull(name, true)), null);
    world.after(at + random.between(100, 4000), () => disk.setFull(name, false), null);
  },
  databaseAway({ isCluster }, { world, database }, random) {
    if (!isCluster) return;
    const at = window(random);
    world.after(at, () => (world.note('away', database.machine), (database.isUp = false)), null);
    world.after(at + random.between(100, 3000), () => (database.isUp = true), null);
  },
  busAway({ isCluster }, { world, bus }, random) {
    if (!isCluster) return;
    const at = window(random);
    world.after(at, () => (world.note('away', bus.machine), (bus.isUp = false)), null);
    world.after(at + random.between(20, 4000), () => (bus.isUp = true), null);
  },
  apart({ isCluster, servers }, { world, network, database, bus }, random) {
    if (!isCluster) return;
    const { name } = random.pick(servers);
    const from = random.pick([database, bus]).machine;
    const at = window(random);
    world.after(at, () => (world.note(`cut from ${from}`, name), network.block(name, from)), null);
    world.after(at + random.between(100, 3000), () => network.unblock(name, from), null);
  },
  blinks({ engines }, scene, random) {
    const all = Object.values(engines);
    const one = random.pick(all);
    const { world } = scene;
    const renames = (engine: EngineMachine, count: number) => () => {
      const { name } = engine.member;
      for (let left = count; left > 0; left--)
        engine.state(() => ({ kind: 'member.renamed', member: { name, deviceName: `${name}${left}` } }));
    };
    makeSlow(one, scene, random, 500);
    const at = window(random);
    world.after(at, () => one.setPaused(true), null);
    for (const engine of all) world.after(at + random.between(5, 50), renames(engine, 1 + random.below(3)), null);
    // It comes back, and for a moment is cut off again while it still takes what it is given.
    let back = at + 300;
    for (let times = random.below(4); times >= 0; times--) {
      world.after(back, () => one.setPaused(false), null);
      if (times === 0) return;
      back += random.between(40, 150);
      world.after(back, () => one.setPaused(true), null);
      back += 1;
    }
  },
  clockJump({ servers, engines }, { world }, random) {
    const machine = random.pick<Machine>([...servers, ...Object.values(engines)]);
    const byMs = random.pick([-3_600_000, -5000, 5000, 300_000, 30 * 86_400_000]) * random.between(0.5, 1);
    world.after(
      window(random),
      () => {
        world.note(`clock jumps by ${byMs.toFixed(0)} ms`, machine.name);
        if (machine.process) machine.process.clockErrorMs += byMs;
      },
      null,
    );
  },
};

export function makeSlow({ name }: { name: string }, { disk }: Scene, random: Random, mostMs: number): void {
  const before = disk.syncMs;
  disk.syncMs = machine => (machine === name ? random.between(0.1, mostMs) : before(machine));
}

function dies(
  machine: Machine,
  { world }: Scene,
  random: Random,
  deeds: Deeds,
  awayMs: number,
  before = () => {},
): void {
  const how: Death = random.chance(0.5) ? 'power' : 'killed';
  world.after(
    window(random),
    () => {
      if (!machine.isRunning) return;
      before();
      if (how === 'power') deeds.silentDeath = true;
      machine.die(how);
      world.after(
        awayMs,
        () => {
          if (!deeds.lost.has(machine.name)) machine.start();
        },
        null,
      );
    },
    null,
  );
}
