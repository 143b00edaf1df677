import { createHash, randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { Clock } from '../host/clock.ts';

/** The tag of what was probably made for nothing; its value names what was made in its place. */
export const possibleDuplicateTag = 'benchmate.possible_duplicate';

/** The client gives up repeating after four minutes or so. */
const rememberMs = 5 * 60_000;
const mostRemembered = 1000;

interface Made {
  /** What the client knows it by, when it got the answer: a run's id, or `model/version`. */
  name: Promise<string>;
  socket: Socket;
  at: number;
}

/**
 * Creates whose answer may have been lost. MLflow's client repeats a request when its connection breaks; of a create that
 * makes two things, and the client never hears of the first. A create is held for such a repetition when it is the same,
 * byte for byte and from the same sender, comes over another connection than the first one, which is closed by now, and
 * nobody has named the first thing meanwhile. Both stay, the first is flagged: nothing is thrown away on a suspicion.
 */
export class RepeatedCreates {
  readonly #clock: Clock;
  readonly #made = new Map<string, Made>();
  readonly #known = new Map<string, string>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Makes something and calls `flag` with the name of the earlier thing that the client probably never heard of. */
  async make<T>(
    request: FastifyRequest,
    create: () => Promise<T>,
    nameOf: (answer: T) => string,
    flag: (earlier: string, name: string) => Promise<unknown>,
  ): Promise<T> {
    const key = keyOf(request);
    const { socket } = request.raw;
    const before = this.#made.get(key);
    const creating = create();
    const name = creating.then(nameOf);
    this.#remember(key, { name, socket, at: this.#clock.now() });
    const answer = await creating;
    const made = await name;
    this.#known.set(made, key);
    const earlier = before?.socket !== socket && before?.socket.destroyed ? await before.name.catch(() => null) : null;
    // What was asked for is there: that the other could not be flagged is no reason to say otherwise.
    if (earlier !== null && this.#known.delete(earlier)) await flag(earlier, made).catch(() => {});
    return answer;
  }

  /** Somebody names a thing: the answer that told of it has arrived. */
  used(name: unknown): void {
    if (this.#known.size === 0 || typeof name !== 'string') return;
    const key = this.#known.get(name);
    if (key === undefined) return;
    this.#known.delete(name);
    this.#made.delete(key);
  }

  #remember(key: string, made: Made): void {
    made.name.catch(() => this.#made.delete(key));
    this.#made.delete(key);
    this.#made.set(key, made);
    for (const [old, { at, name }] of this.#made) {
      if (this.#made.size <= mostRemembered && made.at - at < rememberMs) return;
      this.#made.delete(old);
      void name.then(known => this.#known.delete(known)).catch(() => {});
    }
  }
}

function keyOf({ identity, url, body }: FastifyRequest): string {
  const sender = identity?.kind === 'job' ? identity.jobId : 'owner';
  return createHash('sha256')
    .update(JSON.stringify([sender, url, textOf(body)]))
    .digest('base64');
}

/** JSON can be read deeper than it can be written; a body like that is refused by its route, and so never a repetition. */
function textOf(body: unknown): string {
  try {
    return JSON.stringify(body);
  } catch {
    return randomUUID();
  }
}
