import type { DeviceKeys } from '@benchmate/shared/facts/keys';
import type { Clock, Random } from '../../../host/clock.ts';
import type { Store } from '../../../storage/database.ts';
import type { Offer, SpokenInvites } from './spoken-invites.ts';

interface Parts {
  store: Store;
  clock: Clock;
  random: Random;
  keys: DeviceKeys;
  isOpen: (inviteId: string) => boolean;
}

/** Spoken codes as the team's service has them: what they need is loaded when there is one, hardly ever. */
export class SpokenCodes {
  readonly #parts: Parts;
  #isWaiting: boolean;
  #loaded: Promise<SpokenInvites> | null = null;
  #invites: SpokenInvites | null = null;
  #closed = false;

  /** Goes on with the codes that an engine before this one gave out. */
  constructor(parts: Parts) {
    this.#parts = parts;
    const { store, clock } = parts;
    // One that ended meanwhile has nobody to tell.
    this.#isWaiting = store.db.prepare('SELECT 1 FROM spoken_code WHERE expires_at > ?').get(clock.now()) !== undefined;
    if (this.#isWaiting) void this.#load();
  }

  /** While somebody may still join the engine has to be there. */
  get isWaiting(): boolean {
    return this.#invites?.isWaiting ?? this.#isWaiting;
  }

  async offer(offer: Offer): Promise<string> {
    return (await this.#load()).offer(offer);
  }

  close(): void {
    this.#closed = true;
    this.#invites?.close();
  }

  #load(): Promise<SpokenInvites> {
    return (this.#loaded ??= this.#open());
  }

  async #open(): Promise<SpokenInvites> {
    const [{ SpokenInvites: Invites }, { KeptCodes }] = await Promise.all([
      import('./spoken-invites.ts'),
      import('./kept-codes.ts'),
    ]);
    const invites = new Invites({ ...this.#parts, kept: new KeptCodes(this.#parts) });
    if (this.#closed) invites.close();
    else invites.resume();
    return (this.#invites = invites);
  }
}
