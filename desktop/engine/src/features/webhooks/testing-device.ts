import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventType } from '@benchmate/shared/domain/bench-event';
import type { Fact } from '@benchmate/shared/facts/entry';
import { deviceKeys, type DeviceKeys } from '@benchmate/shared/facts/keys';
import { writeEntry } from '@benchmate/shared/facts/write-entry';
import type { Clock } from '../../host/clock.ts';
import { CurrentTeam } from '../../replication/feeds/current-team.ts';
import { FeedReplica } from '../../replication/feeds/replica.ts';
import { stateFact } from '../../replication/feeds/state-fact.ts';
import { FeedStore } from '../../replication/feeds/store.ts';
import { openStore, type Store } from '../../storage/database.ts';
import { systemNetwork, type Network } from './post.ts';
import { WebhooksService } from './service.ts';
import { Receiver } from './testing.ts';

export const founder = deviceKeys(randomBytes(32));
export const founding = writeEntry({
  keys: founder,
  team: '',
  head: null,
  seen: {},
  fact: { kind: 'team.founded', team: 'T', member: { name: 'Ana', deviceName: 'd' }, nonce: 'n' },
  at: new Date().toISOString(),
});

/** For tests alone. One device: a real database with feeds and webhooks. `reopen` is what a new engine finds after the old one was killed. */
export class Device {
  readonly keys: DeviceKeys;
  readonly #file: string;
  readonly #clock: Clock;
  readonly #network: Partial<Network>;
  readonly errors: unknown[] = [];
  store!: Store;
  replica!: FeedReplica;
  service!: WebhooksService;

  constructor(file: string, clock: Clock, keys: DeviceKeys, network: Partial<Network>) {
    this.#file = file;
    this.#clock = clock;
    this.keys = keys;
    this.#network = network;
  }

  async open(keys = this.keys): Promise<this> {
    const clock = this.#clock;
    this.store = openStore(this.#file);
    const parts = { store: this.store, feeds: new FeedStore(this.store), keys, clock };
    this.replica = await FeedReplica.open(founding.hash, parts);
    if (!this.replica.feeds.head(founder.device)) await this.replica.receive([founding.entry]);
    const current = new CurrentTeam(this.replica);
    this.service = new WebhooksService({
      store: this.store,
      clock,
      random: randomBytes,
      epoch: 'test',
      current,
      network: { ...systemNetwork, ...this.#network },
      engineVersion: '0.0.0',
      failed: error => this.errors.push(error),
    });
    current.onEntries(() => this.service.happened());
    await this.service.start();
    return this;
  }

  async add(receiver: Receiver, events: EventType[] = []) {
    const url = `http://127.0.0.1:${receiver.port}/`;
    return this.service.add({ url, events, allowPrivate: true });
  }

  state = (fact: Fact) => stateFact(this.replica, this.#clock, () => fact);

  async close(): Promise<void> {
    await this.service.close();
    this.store.close();
    if (this.errors.length > 0) throw new AggregateError(this.errors.splice(0));
  }
}

/** Devices in a temporary folder, the founder of their team among them, and somebody to tell. */
export class Bench {
  readonly #folder = mkdtempSync(join(tmpdir(), 'benchmate-webhooks-'));
  readonly #devices: Device[] = [];
  readonly #clock: Clock;
  readonly receiver = new Receiver();
  ana!: Device;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async open(network: Partial<Network> = {}): Promise<this> {
    await this.receiver.listen();
    this.ana = await this.device('ana', founder, network);
    return this;
  }

  async device(name: string, keys: DeviceKeys, network: Partial<Network> = {}): Promise<Device> {
    const opened = await new Device(join(this.#folder, `${name}.db`), this.#clock, keys, network).open();
    this.#devices.push(opened);
    return opened;
  }

  async close(): Promise<void> {
    await Promise.all(this.#devices.map(each => each.close()));
    await this.receiver.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

export const version = (versionId: string, model = 'churn'): Fact => ({
  kind: 'model.version-registered',
  model,
  versionId,
  source: 'runs:/secret-source',
  runId: null,
  description: 'secret description',
});
export const promoted = (versionId: string, alias = 'champion', model = 'churn'): Fact => ({
  kind: 'alias.promoted',
  model,
  alias,
  versionId,
});
export const typesOf = ({ received }: Receiver) =>
  received.map(({ body }) => (JSON.parse(body) as { type: string }).type);
export const idsOf = ({ received }: Receiver) => received.map(({ headers }) => headers['webhook-id']);

/** Work that no clock and no request announces: commits. */
export async function settled(isDone: () => boolean): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!isDone()) {
    if (Date.now() > deadline) throw new Error('It did not happen within 15 seconds.');
    await new Promise(resolve => setImmediate(resolve));
  }
}
