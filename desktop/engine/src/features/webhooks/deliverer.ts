import type { Clock, Random } from '../../host/clock.ts';
import type { Store } from '../../storage/database.ts';
import { brokenStorePauseMs, jittered, longestPauseMs, offlinePauseMs, pausesMs } from './pauses.ts';
import { post, type Network, type Outcome } from './post.ts';
import { secretOf, signedHeaders } from './sign.ts';
import type { AttemptEnd, DeliveryRow, WebhookRow, WebhookStore } from './store.ts';

export interface DelivererParts {
  store: Store;
  hooks: WebhookStore;
  clock: Clock;
  random: Random;
  network: Network;
  /** Seed of this device's key. */
  seed: Uint8Array;
  engineVersion: string;
  /** An attempt has ended, and what came of it is stored. */
  attempted: (webhookId: string) => void;
  failed: (error: unknown) => void;
}

/** What has to be sent and how often it was tried. */
type Message = Pick<DeliveryRow, 'messageId' | 'body' | 'attempts'>;

/**
 * Empties the outbox: per webhook one delivery after the other, oldest first, so that a receiver sees events in order; a
 * delivery that fails holds up those behind it. What is under way when the engine ends is sent again with the same id.
 */
export class Deliverer {
  readonly #parts: DelivererParts;
  readonly #busy = new Map<string, Promise<void>>();
  readonly #stop = new AbortController();
  #cancelTimer = () => {};

  constructor(parts: DelivererParts) {
    this.#parts = parts;
  }

  /** Sends what is due and sets the clock for what is not. */
  wake(): void {
    if (this.#stop.signal.aborted) return;
    this.#cancelTimer();
    let soonestMs = Infinity;
    for (const hook of this.#parts.hooks.all()) {
      if (hook.off !== null || this.#busy.has(hook.webhookId)) continue;
      const delivery = this.#parts.hooks.next(hook.webhookId);
      if (!delivery) continue;
      const waitMs = this.#waitOf(delivery);
      if (waitMs <= 0) this.#begin(hook, delivery);
      else soonestMs = Math.min(soonestMs, waitMs);
    }
    if (soonestMs < Infinity) this.#cancelTimer = this.#parts.clock.after(soonestMs, () => this.wake());
  }

  /** Whether something is under way, or due within so long. */
  isBusy(withinMs: number): boolean {
    if (this.#busy.size > 0) return true;
    return this.#parts.hooks.all().some(({ off, webhookId }) => {
      const delivery = off === null ? this.#parts.hooks.next(webhookId) : null;
      return delivery !== null && this.#waitOf(delivery) <= withinMs;
    });
  }

  /** One attempt, now. */
  attempt(hook: WebhookRow, { messageId, body }: Message): Promise<Outcome> {
    const { clock, network, seed, engineVersion } = this.#parts;
    const headers = {
      'content-type': 'application/json',
      'user-agent': `Benchmate/${engineVersion}`,
      ...signedHeaders(secretOf(seed, hook.webhookId), messageId, clock.now(), body),
    };
    const { url, allowPrivate } = hook;
    return post({ url: new URL(url), headers, body, allowPrivate }, clock, network, this.#stop.signal);
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#cancelTimer();
    await Promise.all(this.#busy.values());
  }

  #waitOf({ nextAt }: DeliveryRow): number {
    const waitMs = (nextAt ?? 0) - this.#parts.clock.now();
    return waitMs > longestPauseMs ? 0 : waitMs;
  }

  #begin(hook: WebhookRow, delivery: DeliveryRow): void {
    const { clock, failed } = this.#parts;
    const work = this.#deliver(hook, delivery).then(
      () => {
        this.#busy.delete(hook.webhookId);
        this.#parts.attempted(hook.webhookId);
        this.wake();
      },
      (error: unknown) => {
        failed(error); // it stays busy for a while, or the receiver would be called without end
        clock.after(brokenStorePauseMs, () => {
          this.#busy.delete(hook.webhookId);
          this.wake();
        });
      },
    );
    this.#busy.set(hook.webhookId, work);
  }

  async #deliver(hook: WebhookRow, delivery: DeliveryRow): Promise<void> {
    const outcome = await this.attempt(hook, delivery);
    if (this.#stop.signal.aborted && outcome.kind !== 'delivered') return;
    const { end, off } = this.#endOf(delivery, outcome);
    const { store, hooks } = this.#parts;
    await store.write(() => {
      hooks.attempted(delivery.deliveryNo, end);
      if (off !== null) hooks.switchOff(hook.webhookId, off);
      hooks.prune(hook.webhookId);
    });
  }

  #endOf({ attempts: before }: Message, outcome: Outcome): { end: AttemptEnd; off: string | null } {
    const { clock, random } = this.#parts;
    const { kind, status, problem, retryAfterMs } = outcome;
    const now = clock.now();
    const attempts = kind === 'offline' ? before : before + 1;
    if (kind === 'delivered')
      return { end: { state: 'delivered', attempts, nextAt: null, endedAt: now, status, problem }, off: null };
    const pauseMs = kind === 'offline' ? offlinePauseMs : pausesMs[attempts - 1];
    const nextAt = now + Math.max(jittered(pauseMs ?? 0, random), retryAfterMs ?? 0);
    const end: AttemptEnd = { state: 'waiting', attempts, nextAt, endedAt: null, status, problem };
    if (kind === 'gone') return { end, off: 'The receiver answered 410: it wants nothing any more.' };
    return { end, off: pauseMs === undefined ? `${attempts} attempts failed. ${problem}` : null };
  }
}
