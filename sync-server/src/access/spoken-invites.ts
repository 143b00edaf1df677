import { randomBytes, randomInt } from 'node:crypto';
import type { z } from 'zod';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import {
  maxTries,
  type answerRequest,
  type closeBoxRequest,
  type openBoxRequest,
  type openBoxResponse,
  type outcomeRequest,
  type outcomeResponse,
  type tryRequest,
  type tryResponse,
  type waitingRequest,
  type waitingResponse,
} from '@benchmate/shared/protocol/spoken-wire';
import type { Teams } from '../feeds/teams.ts';
import type { Cells } from '../storage/ports.ts';
import { Sealed } from './sealed.ts';
import type { Tickets } from './tickets.ts';
import { TriesPerAddress } from './tries-per-address.ts';

interface Box {
  id: string;
  expiresAt: number;
  /** When the inviting engine last asked. */
  seenAt: number;
  tries: {
    tryId: string;
    device: string;
    share: string;
    answer: z.infer<typeof answerRequest>['answer'] | null;
  }[];
}

interface BoxKey {
  number: number;
  id: string;
}

export interface SpokenInvitesParts {
  secret: Uint8Array;
  tickets: Tickets;
  teams: Teams;
  cells: Cells;
  now: () => number;
}

/** A code is for a call, not for a drawer. */
const longestMs = 24 * 3_600_000;
/** Short numbers are tried first: they are read aloud. */
const ranges = [
  [1, 100],
  [100, 1000],
  [1000, 10_000],
] as const;
const picksPerRange = 12;
/** An engine asks every second or so; whether it does is written down less often. */
const presentMs = 20_000;
const noteSeenMs = 5000;

/**
 * Boxes in which two engines meet that know one spoken code (shared/src/protocol/spoken-wire.ts). What passes through is of no
 * use here: the exchange gives its key only to who knows the words. The server counts the tries all the same, and so does the engine.
 */
export class SpokenInvites {
  readonly #parts: SpokenInvitesParts;
  readonly #keys: Sealed<BoxKey>;
  readonly #tries: TriesPerAddress;

  constructor(parts: SpokenInvitesParts) {
    this.#parts = parts;
    this.#keys = new Sealed('spoken-box', parts.secret);
    this.#tries = new TriesPerAddress(parts.now);
  }

  async open(request: z.infer<typeof openBoxRequest>): Promise<z.infer<typeof openBoxResponse>> {
    const { cells, now } = this.#parts;
    const expiresAt = Math.min(await this.#inviteEnds(request), now() + longestMs);
    await cells.forget(now());
    const box: Box = { id: randomBytes(16).toString('base64url'), expiresAt, seenAt: now(), tries: [] };
    for (const [least, below] of ranges)
      for (let pick = 0; pick < picksPerRange; pick++) {
        const number = randomInt(least, below);
        const taken = await cells.write(cellOf(number), JSON.stringify(box), { version: 0, expiresAt });
        if (taken) return { number, expiresAt, key: this.#keys.seal({ number, id: box.id }) };
      }
    throw new BenchmateError('QUOTA_EXCEEDED', 'Too many spoken invites are open here.', 'Send a link instead.');
  }

  async waiting({ key }: z.infer<typeof waitingRequest>): Promise<z.infer<typeof waitingResponse>> {
    const { now } = this.#parts;
    const { number, id } = this.#boxKey(key);
    const box = await this.#change(number, current => {
      if (current?.id !== id) throw closed();
      return current.seenAt < now() - noteSeenMs ? { ...current, seenAt: now() } : current;
    });
    return {
      tries: box.tries
        .filter(({ answer }) => answer === null)
        .map(({ tryId, device, share }) => ({ tryId, device, share })),
    };
  }

  async answer({ key, tryId, answer }: z.infer<typeof answerRequest>): Promise<Record<string, never>> {
    const { number, id } = this.#boxKey(key);
    await this.#change(number, box => {
      if (box?.id !== id) throw closed();
      const tries = box.tries.map(each => (each.tryId === tryId ? { ...each, answer: each.answer ?? answer } : each));
      return { ...box, tries };
    });
    return {};
  }

  async close({ key }: z.infer<typeof closeBoxRequest>): Promise<Record<string, never>> {
    const { number, id } = this.#boxKey(key);
    const { cells } = this.#parts;
    const cell = await cells.read(cellOf(number));
    if (cell && parse(cell.value).id === id)
      await cells.write(cellOf(number), cell.value, { version: cell.version, expiresAt: 0 });
    return {};
  }

  /** `from`: address of whoever tries. */
  async attempt(
    { number, device, share }: z.infer<typeof tryRequest>,
    from: string,
  ): Promise<z.infer<typeof tryResponse>> {
    const { now } = this.#parts;
    this.#tries.count(from);
    const tryId = randomBytes(16).toString('base64url');
    await this.#change(number, box => {
      if (!box) throw unknown();
      if (box.tries.length >= maxTries)
        throw new BenchmateError('FORBIDDEN', 'The code was tried too often.', 'Ask for a new one.');
      if (box.seenAt < now() - presentMs)
        throw new BenchmateError(
          'CONFLICT',
          'Whoever made the code is not connected now.',
          'Their Benchmate has to run while you join: try again then.',
        );
      return { ...box, tries: [...box.tries, { tryId, device, share, answer: null }] };
    });
    return { tryId };
  }

  async outcome({ number, tryId }: z.infer<typeof outcomeRequest>): Promise<z.infer<typeof outcomeResponse>> {
    const box = await this.#read(number);
    const own = box?.tries.find(each => each.tryId === tryId);
    if (!box || !own) throw unknown();
    return { answer: own.answer, triesLeft: maxTries - box.tries.length };
  }

  async #inviteEnds({ ticket, team, inviteId }: z.infer<typeof openBoxRequest>): Promise<number> {
    const holder = this.#parts.tickets.holder(ticket);
    if (!holder) throw new BenchmateError('UNAUTHENTICATED', 'The ticket does not count any more.', 'Get another one.');
    const feeds = await this.#parts.teams.feedsOf(team);
    const invite = feeds.membership.invites.find(each => each.inviteId === inviteId);
    if (!feeds.isMember(holder.device) || invite?.invitedBy !== holder.device || invite.ended || invite.usedBy !== null)
      throw new BenchmateError('FORBIDDEN', 'This is not an open invite of this device.', 'Make a new one.');
    return Date.parse(invite.expiresAt);
  }

  #boxKey(key: string): BoxKey {
    const opened = this.#keys.open(key);
    if (!opened) throw new BenchmateError('FORBIDDEN', 'This is not the key of a spoken invite.', 'Make a new one.');
    return opened;
  }

  async #read(number: number): Promise<Box | null> {
    const cell = await this.#parts.cells.read(cellOf(number));
    const box = cell && parse(cell.value);
    return box && cell.expiresAt > this.#parts.now() ? box : null;
  }

  /** Again and again, until nobody else changed the box meanwhile. */
  async #change(number: number, change: (box: Box | null) => Box): Promise<Box> {
    const { cells, now } = this.#parts;
    for (;;) {
      const cell = await cells.read(cellOf(number));
      const box = cell && cell.expiresAt > now() ? parse(cell.value) : null;
      const next = change(box);
      if (next === box || !cell) return next;
      const { version, expiresAt } = cell;
      if (await cells.write(cellOf(number), JSON.stringify(next), { version, expiresAt })) return next;
    }
  }
}

const cellOf = (number: number): string => `spoken:${number}`;
const parse = (value: string): Box => JSON.parse(value) as Box;

const closed = () => new BenchmateError('NOT_FOUND', 'The code is not open any more.', 'Make a new one.');
const unknown = () =>
  new BenchmateError(
    'NOT_FOUND',
    'No invite with this number is open here.',
    'Ask for the code again, or for a new one.',
  );
