// In the place of @redis/client: publishing and subscribing over the simulation's network.
import { EventEmitter } from 'node:events';
import { Pipe } from '../kernel/network.ts';
import type { Hearer } from '../kernel/shared-bus.ts';
import { onStage } from '../kernel/stage.ts';
import type { SimProcess } from '../kernel/world.ts';

type Heard = (message: Buffer) => void;

export const createClient = (_options: object): SimRedisClient => new SimRedisClient();

class SimRedisClient extends EventEmitter implements Hearer {
  isReady = false;
  readonly #process: SimProcess;
  readonly #there: Pipe;
  readonly #back: Pipe;
  readonly #channels = new Map<string, Heard>();
  #leave = () => {};

  constructor() {
    super();
    const { world, network, bus } = onStage();
    this.#process = world.current!;
    this.#there = new Pipe(network, this.#process.name, bus.machine);
    this.#back = new Pipe(network, bus.machine, this.#process.name);
    this.#process.onDeath(() => this.destroy());
  }

  async connect(): Promise<void> {
    const { bus } = onStage();
    this.#leave = bus.join(this);
    this.turned(bus.isUp);
  }

  async subscribe(channel: string, heard: Heard): Promise<void> {
    this.#channels.set(channel, heard);
    if (!this.isReady) return;
    await this.#ask(() => onStage().bus.subscribe(channel, this));
  }

  async unsubscribe(channel: string): Promise<void> {
    this.#channels.delete(channel);
    await this.#ask(() => onStage().bus.unsubscribe(channel, this));
  }

  async publish(channel: string, message: Buffer): Promise<void> {
    this.#there.send(message.length, () => onStage().bus.publish(channel, message));
  }

  destroy(): void {
    this.isReady = false;
    this.#leave();
  }

  hear(channel: string, message: Buffer): void {
    this.#back.send(message.length, () =>
      onStage().world.after(0, () => this.#channels.get(channel)?.(message), this.#process),
    );
  }

  turned(isUp: boolean): void {
    const { world } = onStage();
    if (!isUp)
      return void world.after(
        0,
        () => {
          this.isReady = false;
          this.emit('error', Object.assign(new Error('Redis is away.'), { code: 'ECONNREFUSED' }));
        },
        this.#process,
      );
    // Connected again, and again with all subscriptions.
    this.#there.send(40, () => {
      const { bus } = onStage();
      if (!bus.isUp || !this.#process.alive) return;
      for (const channel of this.#channels.keys()) bus.subscribe(channel, this);
      this.#back.send(40, () =>
        world.after(
          0,
          () => {
            if (!bus.isUp) return;
            this.isReady = true;
            this.emit('ready');
          },
          this.#process,
        ),
      );
    });
  }

  #ask(work: () => void): Promise<void> {
    return new Promise(resolve =>
      this.#there.send(40, () => {
        work();
        this.#back.send(40, () => onStage().world.after(0, () => resolve(), this.#process));
      }),
    );
  }
}
