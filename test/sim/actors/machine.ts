import type { Scene } from '../kernel/stage.ts';
import type { Death, SimProcess } from '../kernel/world.ts';

/** A computer that runs one program, which may die and be started again. */
export abstract class Machine {
  readonly name: string;
  protected readonly scene: Scene;
  #process: SimProcess | null = null;
  #hasPower = true;

  constructor(name: string, scene: Scene) {
    this.name = name;
    this.scene = scene;
  }

  get process(): SimProcess | null {
    return this.#process;
  }

  get isRunning(): boolean {
    return this.#process !== null;
  }

  get hasPower(): boolean {
    return this.#hasPower;
  }

  start(): void {
    if (this.#process) return;
    const { world } = this.scene;
    const process = world.process(this.name);
    this.#process = process;
    this.#hasPower = true;
    world.after(
      0,
      () => {
        world.note('starts');
        this.run(process).catch((error: unknown) => {
          // Whoever dies while starting is asked nothing any more.
          if (process.alive) world.failures.push(`${this.name} did not start: ${String(error)}`);
        });
      },
      process,
    );
  }

  die(how: Death): void {
    const dead = this.#process;
    if (!dead) return;
    this.#process = null;
    this.#hasPower = how !== 'power';
    this.scene.world.note(`dies: ${how}`, this.name);
    dead.die(how);
    this.scene.disk.afterDeath(dead, how);
  }

  /** Does something as a turn of the program; not at all while it does not run. */
  protected turn(work: () => void): void {
    if (this.#process) this.scene.world.after(0, work, this.#process);
  }

  protected abstract run(process: SimProcess): Promise<void>;
}
