import { z } from 'zod';
import { deviceKeys, fromBase64Url, toBase64Url, type DeviceKeys } from '@benchmate/shared/facts/keys';
import { answerRequest } from '@benchmate/shared/protocol/spoken-wire';
import type { Random } from '../../../host/clock.ts';
import type { Store } from '../../../storage/database.ts';
import { openJson, sealJson, type Seal } from './seal.ts';

const bytes = z.string().transform((text, context) => {
  const decoded = fromBase64Url(text);
  return decoded ?? (context.addIssue('not base64url'), z.NEVER);
});

const content = z.object({
  serverUrl: z.string(),
  team: z.string(),
  /** Opens its box on the server. */
  key: z.string(),
  number: z.number(),
  password: z.string().transform(text => BigInt(text)),
  seed: bytes,
  answers: z.array(z.tuple([z.string(), answerRequest.shape.answer])),
});

/** A code that was read to somebody, and all that answering them takes. */
export interface OpenCode extends Omit<z.output<typeof content>, 'seed' | 'answers'> {
  inviteId: string;
  expiresAt: number;
  /** The invite's own key pair: it signs for the one device that knows the words. */
  invite: DeviceKeys;
  /** By try. Each was a guess. */
  answers: Map<string, z.infer<typeof answerRequest>['answer']>;
}

interface Row {
  inviteId: string;
  expiresAt: number;
  sealed: Uint8Array;
}

/**
 * Open codes over a restart. They are encrypted under this device's own key, so the database gives no more away than before:
 * whoever has that key could invite anybody.
 */
export class KeptCodes {
  readonly #store: Store;
  readonly #random: Random;
  readonly #seal: Seal;

  constructor({ store, random, keys }: { store: Store; random: Random; keys: DeviceKeys }) {
    this.#store = store;
    this.#random = random;
    this.#seal = { key: keys.seed, purpose: 'benchmate spoken code kept' };
  }

  /** Without those that another key sealed: a backup came back to another device. */
  all(): OpenCode[] {
    const rows = this.#store.db
      .prepare<[], Row>('SELECT invite_id AS inviteId, expires_at AS expiresAt, sealed FROM spoken_code')
      .all();
    return rows.flatMap(row => this.#opened(row));
  }

  keep({ inviteId, expiresAt, invite, answers, password, ...rest }: OpenCode): Promise<unknown> {
    const value: z.input<typeof content> = {
      ...rest,
      password: String(password),
      seed: toBase64Url(invite.seed),
      answers: [...answers],
    };
    const sealed = sealJson(this.#seal, value, this.#random);
    return this.#store.write(() =>
      this.#store.db
        .prepare('INSERT OR REPLACE INTO spoken_code (invite_id, expires_at, sealed) VALUES (?, ?, ?)')
        .run(inviteId, expiresAt, sealed),
    );
  }

  forget(inviteId: string): Promise<unknown> {
    return this.#store.write(() => this.#store.db.prepare('DELETE FROM spoken_code WHERE invite_id = ?').run(inviteId));
  }

  #opened({ sealed, ...row }: Row): OpenCode[] {
    try {
      const { seed, answers, ...rest } = content.parse(openJson(this.#seal, sealed));
      return [{ ...row, ...rest, invite: deviceKeys(seed), answers: new Map(answers) }];
    } catch {
      return [];
    }
  }
}
