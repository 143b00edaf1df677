/** Somebody who hears what is published. */
export interface Hearer {
  hear: (channel: string, message: Buffer) => void;
  /** Redis went away, or is back. */
  turned: (isUp: boolean) => void;
}

/** What stands for Redis: it stores nothing, and what is published while it is away is lost. */
export class SharedBus {
  readonly machine = 'redis';
  #isUp = true;
  readonly #clients = new Set<Hearer>();
  readonly #channels = new Map<string, Set<Hearer>>();

  get isUp(): boolean {
    return this.#isUp;
  }

  set isUp(isUp: boolean) {
    if (isUp === this.#isUp) return;
    this.#isUp = isUp;
    if (!isUp) this.#channels.clear();
    for (const client of this.#clients) client.turned(isUp);
  }

  join(client: Hearer): () => void {
    this.#clients.add(client);
    return () => {
      this.#clients.delete(client);
      for (const hearers of this.#channels.values()) hearers.delete(client);
    };
  }

  subscribe(channel: string, client: Hearer): void {
    if (!this.#isUp) return;
    const hearers = this.#channels.get(channel) ?? new Set();
    this.#channels.set(channel, hearers.add(client));
  }

  unsubscribe(channel: string, client: Hearer): void {
    this.#channels.get(channel)?.delete(client);
  }

  publish(channel: string, message: Buffer): void {
    if (this.#isUp) for (const client of this.#channels.get(channel) ?? []) client.hear(channel, message);
  }
}
