import type { z } from 'zod';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { BenchEvent, EventType } from '@benchmate/shared/domain/bench-event';
import type { Delivery, Webhook } from '@benchmate/shared/domain/webhook';
import type { Announcement } from '@benchmate/shared/protocol/contract';
import type { webhooks } from '@benchmate/shared/protocol/webhooks';
import { Announcer } from '../../host/announcer.ts';
import type { Clock, Random } from '../../host/clock.ts';
import { newId } from '../../host/new-id.ts';
import type { CurrentTeam } from '../../replication/feeds/current-team.ts';
import type { Store } from '../../storage/database.ts';
import { EventCollector } from './collector.ts';
import { Deliverer } from './deliverer.ts';
import type { Network } from './post.ts';
import { secretOf } from './sign.ts';
import { WebhookStore, type AttemptEnd, type DeliveryRow, type WebhookRow } from './store.ts';
import { checkTarget } from './target.ts';

export interface WebhooksParts {
  store: Store;
  clock: Clock;
  random: Random;
  /** Tells this engine's announcements from those of an earlier one. */
  epoch: string;
  current: CurrentTeam;
  network: Network;
  engineVersion: string;
  /** Told what went wrong behind the scenes; it is tried again by itself. */
  failed: (error: unknown) => void;
}

const mostWebhooks = 20;
/** The engine stays for a delivery that is due so soon; later ones go out when it runs again. */
const staysForMs = 10 * 60_000;
const watchers = 'clients that watch';
const pausedWords = 'You paused it.';

type WebhookChange = z.infer<(typeof webhooks)['changes']['output']>;

/** Tells receivers on the network and clients that watch what happens. Rules in SPEC.md. */
export class WebhooksService {
  readonly #parts: WebhooksParts;
  /** Webhooks that were added, removed, switched, or whose deliveries went on. */
  readonly changes: Announcer<WebhookChange>;
  readonly #hooks: WebhookStore;
  readonly #announcer: Announcer<BenchEvent>;
  readonly #collector: EventCollector;
  readonly #deliverer: Deliverer;
  #watching = 0;

  constructor(parts: WebhooksParts) {
    const { store, clock, random, current, network, engineVersion, failed } = parts;
    this.#parts = parts;
    this.#hooks = new WebhookStore(store.db);
    this.#announcer = new Announcer(parts.epoch);
    this.changes = new Announcer(parts.epoch);
    const hooks = this.#hooks;
    const { seed } = current.replica.keys;
    const attempted = (webhookId: string) => this.#tell(webhookId);
    this.#deliverer = new Deliverer({ store, hooks, clock, random, network, seed, engineVersion, attempted, failed });
    const enqueued = () => {
      for (const { webhookId } of hooks.all()) this.#tell(webhookId);
      this.#deliverer.wake();
    };
    this.#collector = new EventCollector({
      store,
      hooks,
      clock,
      current,
      announcer: this.#announcer,
      enqueued,
      failed,
    });
  }

  /** Takes up what happened before the engine before ended. */
  async start(): Promise<void> {
    const { store, current } = this.#parts;
    const foreign = this.#hooks.all().filter(hook => hook.off === null && hook.device !== current.replica.keys.device);
    if (foreign.length > 0 || this.#hooks.isWantedBy(watchers))
      await store.write(() => {
        this.#hooks.setWanted(watchers, this.#watching > 0);
        for (const { webhookId } of foreign)
          this.#hooks.switchOff(webhookId, 'This is another device now, with another secret: add the webhook again.');
      });
    this.happened();
    this.#deliverer.wake();
  }

  /** Something that may be an event was committed. */
  happened(): void {
    this.#collector.wake();
  }

  async add(input: { url: string; events: EventType[]; allowPrivate: boolean }) {
    const { store, clock, random, current } = this.#parts;
    const url = checkTarget(input.url, input.allowPrivate).href;
    if (this.#hooks.all().length >= mostWebhooks)
      throw new BenchmateError('QUOTA_EXCEEDED', `There are ${mostWebhooks} webhooks already.`, 'Remove one first.');
    const { device, seed } = current.replica.keys;
    const webhookId = newId(random, 9);
    const events = [...new Set(input.events)];
    const row = { webhookId, url, events, allowPrivate: input.allowPrivate, device, createdAt: clock.now() };
    await store.write(() => this.#hooks.insert(row));
    this.#tell(webhookId);
    return { webhook: this.#shown(this.#find(webhookId)), secret: secretOf(seed, webhookId) };
  }

  list(): Webhook[] {
    return this.#hooks.all().map(row => this.#shown(row));
  }

  async remove(webhookId: string): Promise<{ webhookId: string }> {
    const removed = this.#shown(this.#find(webhookId));
    await this.#parts.store.write(() => this.#hooks.remove(webhookId));
    this.changes.announce({ ...removed, removed: true });
    return { webhookId };
  }

  /** Switching on also ends what a failing receiver caused: everything that waits is due at once. */
  async setPaused(webhookId: string, paused: boolean): Promise<Webhook> {
    const { store, clock, current } = this.#parts;
    const { device } = this.#find(webhookId);
    if (!paused && device !== current.replica.keys.device) throw addedElsewhere();
    await store.write(() => {
      const { off } = this.#find(webhookId);
      if (!paused && off !== null) this.#hooks.switchOn(webhookId, clock.now());
      else if (paused && off === null) this.#hooks.switchOff(webhookId, pausedWords);
    });
    this.#tell(webhookId);
    this.#deliverer.wake();
    return this.#shown(this.#find(webhookId));
  }

  async test(webhookId: string): Promise<Delivery> {
    const { store, clock, random, current } = this.#parts;
    const hook = this.#find(webhookId);
    if (hook.device !== current.replica.keys.device) throw addedElsewhere();
    const createdAt = clock.now();
    const type = 'webhook.test';
    const body = JSON.stringify({ type, timestamp: new Date(createdAt).toISOString(), data: { webhookId } });
    const message = { webhookId, messageId: `evt_${newId(random, 20)}`, type, body, createdAt };
    const { kind, status, problem } = await this.#deliverer.attempt(hook, { ...message, attempts: 0 });
    const delivered = kind === 'delivered';
    const ended: AttemptEnd = {
      state: delivered ? 'delivered' : 'failed',
      attempts: 1,
      nextAt: null,
      endedAt: clock.now(),
      status,
      problem,
    };
    await store.write(() => {
      if (!this.#hooks.find(webhookId)) return; // it was removed meanwhile
      this.#hooks.insertEnded(message, ended);
      if (delivered) this.#hooks.switchOn(webhookId, clock.now());
    });
    this.#tell(webhookId);
    this.#deliverer.wake();
    return { messageId: message.messageId, type, createdAt, ...ended };
  }

  deliveries(webhookId: string, limit: number): Delivery[] {
    this.#find(webhookId);
    return this.#hooks.deliveries(webhookId, limit).map(shownDelivery);
  }

  /** Events from now on. While nobody wants to hear of them, none are made. */
  async *events(signal: AbortSignal, lastId?: string): AsyncGenerator<Announcement<BenchEvent>> {
    const { store } = this.#parts;
    this.#watching++;
    try {
      await store.write(() => this.#hooks.setWanted(watchers, true));
      yield* this.#announcer.subscribe(signal, lastId);
    } finally {
      if (--this.#watching === 0)
        store
          .write(() => {
            if (this.#watching === 0) this.#hooks.setWanted(watchers, false);
          })
          .catch(() => {}); // the engine ends: the next one begins by it
    }
  }

  isBusy(): boolean {
    return this.#deliverer.isBusy(staysForMs);
  }

  async close(): Promise<void> {
    await Promise.all([this.#collector.close(), this.#deliverer.close()]);
  }

  #tell(webhookId: string): void {
    const row = this.#hooks.find(webhookId);
    if (row) this.changes.announce(this.#shown(row));
  }

  #find(webhookId: string): WebhookRow {
    const found = this.#hooks.find(webhookId);
    if (found) return found;
    throw new BenchmateError(
      'NOT_FOUND',
      `There is no webhook ${webhookId}.`,
      'List them with `benchmate webhooks list`.',
    );
  }

  #shown({ webhookId, url, events, allowPrivate, createdAt, off }: WebhookRow): Webhook {
    const next = this.#hooks.next(webhookId);
    return {
      webhookId,
      url: url.replace(/\?.+$/, '?…'), // some receivers take a password there
      events,
      allowPrivate,
      createdAt,
      off,
      paused: off === pausedWords,
      waiting: this.#hooks.waiting(webhookId),
      problem: next?.problem || null,
      nextAt: off === null ? (next?.nextAt ?? null) : null,
    };
  }
}

const addedElsewhere = () =>
  new BenchmateError(
    'CONFLICT',
    'The webhook was added by another device.',
    'Remove it and add it again: it gets a new secret.',
  );

function shownDelivery(row: DeliveryRow): Delivery {
  const { messageId, type, state, attempts, createdAt, nextAt, endedAt, status, problem } = row;
  return { messageId, type, state, attempts, createdAt, nextAt, endedAt, status, problem };
}
