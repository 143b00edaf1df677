import type { z } from 'zod';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { verifyJoinProof, verifyRecoveryProof } from '@benchmate/shared/facts/keys';
import type {
  challengeRequest,
  challengeResponse,
  recoveryRequest,
  recoveryResponse,
  sessionRequest,
  sessionResponse,
} from '@benchmate/shared/protocol/feeds-wire';
import { teamHint } from '@benchmate/shared/facts/recovery-key';
import type { Teams } from '../feeds/teams.ts';
import { Challenges } from './challenges.ts';
import type { SignIns } from './oidc/sign-ins.ts';
import type { RevokedDevices } from './revoked.ts';
import type { Tickets } from './tickets.ts';

type Invite = NonNullable<z.infer<typeof sessionRequest>['invite']>;
type Recovery = NonNullable<z.infer<typeof sessionRequest>['recovery']>;

export interface SessionsParts {
  secret: Uint8Array;
  tickets: Tickets;
  teams: Teams;
  revoked: RevokedDevices;
  /** Where the team has an identity provider. */
  signIns: SignIns | null;
  now: () => number;
}

/** Lets devices prove who they are, as shared/src/protocol/feeds-wire.ts says. */
export class Sessions {
  readonly #challenges: Challenges;
  readonly #tickets: Tickets;
  readonly #teams: Teams;
  readonly #revoked: RevokedDevices;
  readonly #signIns: SignIns | null;
  readonly #now: () => number;

  constructor({ secret, tickets, teams, revoked, signIns, now }: SessionsParts) {
    this.#challenges = new Challenges(secret, now);
    this.#tickets = tickets;
    this.#teams = teams;
    this.#revoked = revoked;
    this.#signIns = signIns;
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
    recovery,
  }: z.infer<typeof sessionRequest>): Promise<z.infer<typeof sessionResponse>> {
    if (!this.#challenges.meet(nonce, device, signature))
      throw new BenchmateError('UNAUTHENTICATED', 'The device did not prove that the key is its own.', 'Try again.');
    this.#revoked.check(device);
    await this.#signIns?.check(device);
    if (invite) await this.#checkInvite(invite, device);
    if (recovery) await this.#checkRecovery(recovery, device);
    return this.#tickets.give(device, invite?.team ?? recovery?.team ?? null);
  }

  /** The teams that a recovery key can belong to: one, as a rule. */
  async teamsOf({ hint }: z.infer<typeof recoveryRequest>): Promise<z.infer<typeof recoveryResponse>> {
    return { teams: (await this.#teams.all()).filter(team => teamHint(team) === hint) };
  }

  async #checkRecovery({ team, proof }: Recovery, device: string): Promise<void> {
    const { membership } = await this.#teams.feedsOf(team);
    if (!membership.recoveryKeys.some(({ key }) => verifyRecoveryProof(proof, key, team, device)))
      throw new BenchmateError(
        'FORBIDDEN',
        'This is not a recovery key that counts now.',
        'Look for the latest one, or ask an owner for an invite.',
      );
  }

  async #checkInvite({ team, inviteId, proof }: Invite, device: string): Promise<void> {
    const { membership } = await this.#teams.feedsOf(team);
    const open = membership.invites.find(invite => invite.inviteId === inviteId);
    const askAgain = 'Ask an owner for a new invite.';
    if (!open) throw new BenchmateError('FORBIDDEN', 'This invite is not known here.', askAgain);
    if (!verifyJoinProof(proof, open.key, team, device))
      throw new BenchmateError('FORBIDDEN', 'The secret does not belong to this invite.', 'Copy the whole link again.');
    if (open.ended && open.usedBy !== device)
      throw new BenchmateError('FORBIDDEN', 'The invite was withdrawn.', askAgain);
    if (open.usedBy !== null && open.usedBy !== device)
      throw new BenchmateError('FORBIDDEN', 'The invite was used already: each lets in one device.', askAgain);
    if (open.usedBy === null && Date.parse(open.expiresAt) < this.#now())
      throw new BenchmateError('FORBIDDEN', `The invite expired on ${open.expiresAt}.`, askAgain);
  }
}
