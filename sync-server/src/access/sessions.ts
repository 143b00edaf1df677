import type { z } from 'zod';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { verifyJoinProof } from '@benchmate/shared/facts/keys';
import type {
  challengeRequest,
  challengeResponse,
  sessionRequest,
  sessionResponse,
} from '@benchmate/shared/protocol/feeds-wire';
import type { Teams } from '../feeds/teams.ts';
import { Challenges } from './challenges.ts';
import type { RevokedDevices } from './revoked.ts';
import type { Tickets } from './tickets.ts';

type Invite = NonNullable<z.infer<typeof sessionRequest>['invite']>;

export interface SessionsParts {
  secret: Uint8Array;
  tickets: Tickets;
  teams: Teams;
  revoked: RevokedDevices;
  now: () => number;
}

/** Lets devices prove who they are, as shared/src/protocol/feeds-wire.ts says. */
export class Sessions {
  readonly #challenges: Challenges;
  readonly #tickets: Tickets;
  readonly #teams: Teams;
  readonly #revoked: RevokedDevices;
  readonly #now: () => number;

  constructor({ secret, tickets, teams, revoked, now }: SessionsParts) {
    this.#challenges = new Challenges(secret, now);
    this.#tickets = tickets;
    this.#teams = teams;
    this.#revoked = revoked;
    this.#now = now;
  }

  challenge({ device }: z.infer<typeof challengeRequest>): z.infer<typeof challengeResponse> {
    const nonce = this.#challenges.give(device);
    if (nonce === null) throw new BenchmateError('BAD_REQUEST', 'This is not the key of a device.');
    return { nonce };
  }

  async begin({
    device,
    nonce,
    signature,
    invite,
  }: z.infer<typeof sessionRequest>): Promise<z.infer<typeof sessionResponse>> {
    if (!this.#challenges.meet(nonce, device, signature))
      throw new BenchmateError('UNAUTHENTICATED', 'The device did not prove that the key is its own.', 'Try again.');
    this.#revoked.check(device);
    if (invite) await this.#checkInvite(invite, device);
    return this.#tickets.give(device, invite?.team ?? null);
  }

  async #checkInvite({ team, inviteId, proof }: Invite, device: string): Promise<void> {
    const { membership } = await this.#teams.feedsOf(team);
    const open = membership.invites.find(invite => invite.inviteId === inviteId);
    const askAgain = 'Ask an owner for a new invite.';
    if (!open) throw new BenchmateError('FORBIDDEN', 'This invite is not known here.', askAgain);
    if (!verifyJoinProof(proof, open.key, team, device))
      throw new BenchmateError('FORBIDDEN', 'The secret does not belong to this invite.', 'Copy the whole link again.');
    if (open.usedBy !== null && open.usedBy !== device)
      throw new BenchmateError('FORBIDDEN', 'The invite was used already: each lets in one device.', askAgain);
    if (open.usedBy === null && Date.parse(open.expiresAt) < this.#now())
      throw new BenchmateError('FORBIDDEN', `The invite expired on ${open.expiresAt}.`, askAgain);
  }
}
