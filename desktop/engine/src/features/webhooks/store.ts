import type { EventType } from '@benchmate/shared/domain/bench-event';
import type { Delivery } from '@benchmate/shared/domain/webhook';
import type { Sqlite } from '../../storage/database.ts';

/** One row, decoded. */
export interface WebhookRow {
  webhookId: string;
  url: string;
  events: EventType[];
  allowPrivate: boolean;
  device: string;
  createdAt: number;
  off: string | null;
}

export interface DeliveryRow extends Delivery {
  deliveryNo: number;
  body: string;
}

export type NewDelivery = Pick<DeliveryRow, 'messageId' | 'type' | 'body' | 'createdAt'> & { webhookId: string };
export type AttemptEnd = Pick<Delivery, 'state' | 'attempts' | 'nextAt' | 'endedAt' | 'status' | 'problem'>;

const columns = `delivery_no AS deliveryNo, message_id AS messageId, type, body, state, attempts, created_at AS createdAt,
  next_at AS nextAt, ended_at AS endedAt, status, problem`;
const keptDeliveries = 200;

/** Webhooks and their outbox. Methods that change something run inside `Store.write`. */
export class WebhookStore {
  readonly #db: Sqlite;

  constructor(db: Sqlite) {
    this.#db = db;
  }

  all(): WebhookRow[] {
    return this.#db
      .prepare<[], Omit<WebhookRow, 'events' | 'allowPrivate'> & { events: string; allowPrivate: number }>(
        `SELECT webhook_id AS webhookId, url, events, allow_private AS allowPrivate, device, created_at AS createdAt, off
         FROM webhook ORDER BY rowid`,
      )
      .all()
      .map(row => ({ ...row, events: JSON.parse(row.events) as EventType[], allowPrivate: row.allowPrivate === 1 }));
  }

  find(webhookId: string): WebhookRow | null {
    return this.all().find(row => row.webhookId === webhookId) ?? null;
  }

  insert({ webhookId, url, events, allowPrivate, device, createdAt }: Omit<WebhookRow, 'off'>): void {
    this.#db
      .prepare(
        'INSERT INTO webhook (webhook_id, url, events, allow_private, device, created_at) VALUES (?, ?, ?, ?, ?, ?)',
      )
      .run(webhookId, url, JSON.stringify(events), allowPrivate ? 1 : 0, device, createdAt);
    this.setWanted(webhookId, true);
  }

  remove(webhookId: string): void {
    this.#db.prepare('DELETE FROM webhook_delivery WHERE webhook_id = ?').run(webhookId);
    this.#db.prepare('DELETE FROM webhook WHERE webhook_id = ?').run(webhookId);
    this.setWanted(webhookId, false);
  }

  switchOff(webhookId: string, why: string): void {
    this.#db.prepare('UPDATE webhook SET off = ? WHERE webhook_id = ?').run(why, webhookId);
    this.setWanted(webhookId, false);
  }

  /** What waits is due at once, as if it had never failed. */
  switchOn(webhookId: string, now: number): void {
    this.#db.prepare('UPDATE webhook SET off = NULL WHERE webhook_id = ?').run(webhookId);
    this.#db
      .prepare(
        `UPDATE webhook_delivery SET attempts = 0, next_at = ? WHERE webhook_id = ? AND state = 'waiting' AND attempts > 0`,
      )
      .run(now, webhookId);
    this.setWanted(webhookId, true);
  }

  /** Whether this one wants to hear of what happens: causes are written down while anybody does. */
  setWanted(who: string, isWanted: boolean): void {
    if (isWanted) this.#db.prepare('INSERT OR IGNORE INTO event_wanted (who) VALUES (?)').run(who);
    else this.#db.prepare('DELETE FROM event_wanted WHERE who = ?').run(who);
  }

  isWantedBy(who: string): boolean {
    return this.#db.prepare('SELECT 1 FROM event_wanted WHERE who = ?').get(who) !== undefined;
  }

  /** Nothing happens when this webhook has this message already. */
  enqueue({ webhookId, messageId, type, body, createdAt }: NewDelivery): void {
    this.#db
      .prepare(
        `INSERT OR IGNORE INTO webhook_delivery (webhook_id, message_id, type, body, state, created_at, next_at)
         VALUES (?, ?, ?, ?, 'waiting', ?, ?)`,
      )
      .run(webhookId, messageId, type, body, createdAt, createdAt);
  }

  /** What has to be delivered before everything else of this webhook. */
  next(webhookId: string): DeliveryRow | null {
    return (
      this.#db
        .prepare<[string], DeliveryRow>(
          `SELECT ${columns} FROM webhook_delivery WHERE webhook_id = ? AND state = 'waiting' ORDER BY delivery_no LIMIT 1`,
        )
        .get(webhookId) ?? null
    );
  }

  waiting(webhookId: string): number {
    return this.#db
      .prepare(`SELECT count(*) FROM webhook_delivery WHERE webhook_id = ? AND state = 'waiting'`)
      .pluck()
      .get(webhookId) as number;
  }

  attempted(deliveryNo: number, end: AttemptEnd): void {
    this.#db
      .prepare(
        `UPDATE webhook_delivery SET state = ?, attempts = ?, next_at = ?, ended_at = ?, status = ?, problem = ?
         WHERE delivery_no = ?`,
      )
      .run(end.state, end.attempts, end.nextAt, end.endedAt, end.status, end.problem, deliveryNo);
  }

  /** A delivery that has ended already; forgets the oldest ended ones. */
  insertEnded(row: NewDelivery, end: AttemptEnd): void {
    this.enqueue(row);
    const deliveryNo = this.#db
      .prepare('SELECT delivery_no FROM webhook_delivery WHERE webhook_id = ? AND message_id = ?')
      .pluck()
      .get(row.webhookId, row.messageId) as number;
    this.attempted(deliveryNo, end);
    this.prune(row.webhookId);
  }

  prune(webhookId: string): void {
    this.#db
      .prepare(
        `DELETE FROM webhook_delivery WHERE webhook_id = ? AND state <> 'waiting' AND delivery_no <= coalesce((
           SELECT delivery_no FROM webhook_delivery WHERE webhook_id = ? AND state <> 'waiting'
           ORDER BY delivery_no DESC LIMIT 1 OFFSET ${keptDeliveries}), -1)`,
      )
      .run(webhookId, webhookId);
  }

  deliveries(webhookId: string, limit: number): DeliveryRow[] {
    return this.#db
      .prepare<[string, number], DeliveryRow>(
        `SELECT ${columns} FROM webhook_delivery WHERE webhook_id = ? ORDER BY delivery_no DESC LIMIT ?`,
      )
      .all(webhookId, limit);
  }
}
