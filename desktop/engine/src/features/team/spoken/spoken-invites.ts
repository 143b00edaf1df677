import type { z } from 'zod';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { fromBase64Url, joinProof, toBase64Url, type DeviceKeys } from '@benchmate/shared/facts/keys';
import { maxTries, type answerRequest } from '@benchmate/shared/protocol/spoken-wire';
import type { Clock, Random } from '../../../host/clock.ts';
import { requestTicket } from '../../../replication/sync/access.ts';
import { box } from './box.ts';
import type { KeptCodes, OpenCode } from './kept-codes.ts';
import { sealInvite } from './sealed-invite.ts';
import { randomSecret, Spake2 } from './spake2.ts';
import { formatSpokenCode, randomWords } from './spoken-code.ts';
import { passwordOf } from './stretch.ts';

interface Parts {
  clock: Clock;
  random: Random;
  keys: DeviceKeys;
  kept: Pick<KeptCodes, 'all' | 'keep' | 'forget'>;
  /** Whether nobody has used the invite, and nobody withdrew it. */
  isOpen: (inviteId: string) => boolean;
}

export type Offer = Pick<OpenCode, 'serverUrl' | 'team' | 'inviteId' | 'invite'>;

type Answer = z.infer<typeof answerRequest>['answer'];

/** To what is no share. */
const none: Answer = { share: '', confirmation: '', sealed: '' };

const askEveryMs = 1000;

/**
 * Codes that were read to somebody and wait for them, also over a restart. Each answers `maxTries` times, whatever the server says,
 * and an answer is kept before it is told; it lets nobody in but who made their share with the same words.
 */
export class SpokenInvites {
  readonly #parts: Parts;
  readonly #open = new Map<string, OpenCode>();
  #closed = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** While somebody may still join the engine has to be there. */
  get isWaiting(): boolean {
    return this.#open.size > 0;
  }

  /** Goes on waiting for who was told a code before the engine started. */
  resume(): void {
    for (const code of this.#parts.kept.all()) {
      this.#open.set(code.inviteId, code);
      this.#watch(code);
    }
  }

  /** Begins to wait for whoever is told the code that this gives. */
  async offer(offer: Offer): Promise<string> {
    const { keys, random, kept } = this.#parts;
    const { serverUrl, team, inviteId } = offer;
    const { ticket } = await requestTicket(serverUrl, keys);
    const { number, key, expiresAt } = await box.open(serverUrl, { ticket, team, inviteId });
    const words = randomWords(random);
    const password = await passwordOf({ number, words });
    const code: OpenCode = { ...offer, number, key, password, expiresAt, answers: new Map() };
    await kept.keep(code);
    this.#open.set(inviteId, code);
    this.#watch(code);
    return formatSpokenCode({ number, words });
  }

  close(): void {
    this.#closed = true;
    this.#open.clear();
  }

  #watch(code: OpenCode): void {
    this.#parts.clock.after(askEveryMs, () => {
      if (this.#closed) return;
      this.#serve(code)
        .catch(error => error instanceof BenchmateError && error.code === 'OFFLINE')
        .then(async goesOn => {
          if (this.#closed) return;
          if (goesOn) return this.#watch(code);
          this.#open.delete(code.inviteId);
          await this.#parts.kept.forget(code.inviteId);
          await box.close(code.serverUrl, code.key);
        })
        .catch(() => {}); // a box that could not be closed ends with its invite
    });
  }

  /** Whether there can be more to do. */
  async #serve(code: OpenCode): Promise<boolean> {
    const { serverUrl, key, answers } = code;
    const { isOpen, clock, kept } = this.#parts;
    if (!isOpen(code.inviteId) || code.expiresAt < clock.now()) return false;
    const { tries } = await box.waiting(serverUrl, key);
    for (const each of tries) {
      const { tryId } = each;
      if (!answers.has(tryId) && answers.size >= maxTries) continue;
      // The same one again, where it got lost on the way: another would be another guess.
      const answer = answers.get(tryId) ?? this.#answer(code, each);
      if (!answers.has(tryId)) await kept.keep({ ...code, answers: answers.set(tryId, answer) });
      await box.answer(serverUrl, { key, tryId, answer });
    }
    return true;
  }

  #answer(
    { number, password, team, inviteId, invite }: OpenCode,
    { device, share }: { device: string; share: string },
  ): Answer {
    const { random } = this.#parts;
    try {
      const names = { a: device, b: `code ${number}` };
      const side = new Spake2({ role: 'b', names, password, secret: randomSecret(random) });
      const { key, confirmation } = side.finish(fromBase64Url(share) ?? new Uint8Array(0));
      const sealed = sealInvite(key, { team, inviteId, proof: joinProof(invite, team, device) }, random);
      return {
        share: toBase64Url(side.share),
        confirmation: toBase64Url(confirmation),
        sealed: toBase64Url(sealed),
      };
    } catch (error) {
      if (error instanceof BenchmateError) return none;
      throw error;
    }
  }
}
