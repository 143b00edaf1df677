import type { BenchEvent } from '@benchmate/shared/domain/bench-event';
import type { Announcer } from '../../host/announcer.ts';
import type { Clock } from '../../host/clock.ts';
import type { CurrentTeam } from '../../replication/feeds/current-team.ts';
import type { Store } from '../../storage/database.ts';
import { CausesStore, type Cause } from './causes-store.ts';
import { eventId } from './event-id.ts';
import { eventOfEntry } from './event-of-entry.ts';
import { brokenStorePauseMs, mostWaiting } from './pauses.ts';
import type { WebhookRow, WebhookStore } from './store.ts';

export interface CollectorParts {
  store: Store;
  hooks: WebhookStore;
  clock: Clock;
  current: CurrentTeam;
  announcer: Announcer<BenchEvent>;
  /** Something was put into the outbox. */
  enqueued: () => void;
  failed: (error: unknown) => void;
}

/** Clocks of teammates differ: a fact may seem so much older than it is. */
const clockSlackMs = 10 * 60_000;
const perCommit = 100;

/**
 * Makes events of what happened and puts them into the outbox. A cause is removed by the transaction that puts its event
 * there: killed at any time, nothing is lost and nothing is there twice.
 */
export class EventCollector {
  readonly #parts: CollectorParts;
  readonly #causes: CausesStore;
  #work: Promise<void> | null = null;
  #again = false;
  #closed = false;
  #cancelTimer = () => {};

  constructor(parts: CollectorParts) {
    this.#parts = parts;
    this.#causes = new CausesStore(parts.store.db);
  }

  /** Something may have happened. */
  wake(): void {
    if (this.#closed) return;
    this.#again = true;
    this.#work ??= this.#collect();
  }

  /** What is left is taken up at the next start. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelTimer();
    await this.#work;
  }

  async #collect(): Promise<void> {
    const { clock, failed } = this.#parts;
    await Promise.resolve(); // what wakes it in the same turn is collected together, and the promise stands before its end
    try {
      while (this.#again && !this.#closed) {
        this.#again = false;
        await this.#collectOnce();
      }
    } catch (error) {
      failed(error);
      this.#cancelTimer();
      if (!this.#closed) this.#cancelTimer = clock.after(brokenStorePauseMs, () => this.wake());
    } finally {
      this.#work = null; // in the turn that found nothing more: no wake-up falls between
    }
  }

  async #collectOnce(): Promise<void> {
    const { store, announcer, enqueued } = this.#parts;
    for (let last = 0; this.#causes.after(last, 1).length > 0;) {
      const { seen, events } = await store.write(() => this.#takeSome(last));
      last = seen;
      for (const event of events) announcer.announce(event);
      if (events.length > 0) enqueued();
    }
  }

  #takeSome(last: number): { seen: number; events: BenchEvent[] } {
    const causes = this.#causes.after(last, perCommit);
    const hooks = this.#parts.hooks.all().filter(({ off }) => off === null);
    const events: BenchEvent[] = [];
    for (const cause of causes) {
      const event = this.#eventOf(cause);
      if (event === 'later') continue;
      this.#causes.remove(cause.sequence);
      if (!event) continue;
      events.push(event);
      for (const hook of hooks) this.#enqueue(hook, cause, event);
    }
    return { seen: causes.at(-1)?.sequence ?? Infinity, events };
  }

  /** `later`: what it says is not known yet, for something before it has not arrived. */
  #eventOf(cause: Cause): BenchEvent | null | 'later' {
    if (cause.kind === 'entry') return this.#eventOfEntry(cause);
    const { clock, current } = this.#parts;
    const at = new Date(clock.now()).toISOString();
    const here = `${current.replica.keys.device}:${cause.sequence}`;
    if (cause.kind === 'job') {
      const job = this.#causes.job(cause.subject);
      const state = cause.state === 'lost' ? 'lost' : 'failed';
      return job && { id: eventId('job.failed', here), type: 'job.failed', at, data: { ...job, state } };
    }
    const run = this.#causes.run(cause.subject);
    if (!run) return null;
    if (cause.state === 'FINISHED')
      return { id: eventId('run.finished', here), type: 'run.finished', at, data: { ...run, status: 'FINISHED' } };
    const status = cause.state === 'KILLED' ? 'KILLED' : 'FAILED';
    return { id: eventId('run.failed', here), type: 'run.failed', at, data: { ...run, status } };
  }

  #eventOfEntry({ subject }: Cause): BenchEvent | null | 'later' {
    const { replica } = this.#parts.current;
    const found = this.#causes.entry(subject);
    if (!found || found.team !== replica.teamId) return null;
    const { registry } = replica;
    if (replica.held.isBehind || registry.membership.history.waiting.some(({ hash }) => hash === found.item.hash))
      return 'later';
    // Who joins a team gets all its past: that is no news.
    const joined = registry.membership.members.find(({ device }) => device === replica.keys.device)?.since;
    if (joined === undefined || isBefore(found.item.entry.at, Date.parse(joined))) return null;
    return eventOfEntry(found.item, registry);
  }

  #enqueue(hook: WebhookRow, cause: Cause, event: BenchEvent): void {
    if (hook.events.length > 0 && !hook.events.includes(event.type)) return;
    if (cause.kind === 'entry' && isBefore(event.at, hook.createdAt)) return;
    const { hooks, clock } = this.#parts;
    if (hooks.waiting(hook.webhookId) >= mostWaiting)
      return hooks.switchOff(hook.webhookId, `${mostWaiting} events wait to be delivered: newer ones are not kept.`);
    const { id, type, at, data } = event;
    hooks.enqueue({
      webhookId: hook.webhookId,
      messageId: id,
      type,
      body: JSON.stringify({ type, timestamp: at, data }),
      createdAt: clock.now(),
    });
  }
}

const isBefore = (at: string, timeMs: number) => Date.parse(at) < timeMs - clockSlackMs;
