import { z } from 'zod';
import { grantableRole, role } from '../domain/team.ts';
import { modelStage, verdict, versionFiles } from '../domain/registry.ts';
import { fileCommit, fileContent } from '../domain/file-review.ts';
import { reviewVerdict } from '../domain/model-review.ts';
import { reviewerRule } from '../domain/reviewer-rules.ts';

const name = z.string().min(1).max(250);
/** `keyId`: the hash of a project's key; `wrapped`: device → the key, encrypted for it. */
const projectKey = {
  project: name,
  keyId: z.string().length(43),
  wrapped: z.record(z.string().length(43), z.string().max(300)),
};
const ofVersion = { model: name, versionId: z.string() };
/** `project`: its id. `path`: from its root, with `/`. */
const ofFile = { project: name, path: z.string().min(1).max(1000) };
const saying = { content: fileContent, commit: fileCommit.optional() };
const askedPeople = z.array(z.string().min(1).max(100)).min(1).max(20);
const remark = z.string().max(20_000);
const who = z.object({ name: z.string().min(1).max(100), deviceName: z.string().max(100) });

/** What a device can state. Kinds are never renamed or reused; new ones are added. */
export const fact = z.discriminatedUnion('kind', [
  /** First entry of a team: its author becomes the owner; the entry's hash is the team's id. */
  z.object({ kind: z.literal('team.founded'), team: name, member: who, nonce: z.string() }),
  z.object({ kind: z.literal('team.renamed'), team: name }),
  z.object({ kind: z.literal('member.renamed'), member: who }),
  /** `key` is the Ed25519 public key whose private half is the secret of the invite link. */
  z.object({
    kind: z.literal('invite.created'),
    inviteId: z.string(),
    key: z.string(),
    role,
    expiresAt: z.iso.datetime(),
  }),
  /** Stated by the joining device. `proof` is the invite key's signature over `join:<team>:<device>`. */
  z.object({ kind: z.literal('member.added'), inviteId: z.string(), proof: z.string(), member: who }),
  z.object({ kind: z.literal('member.removed'), device: z.string() }),
  /** `from`: the file and the commit in git that it was read from. */
  z.object({
    kind: z.literal('policy.set'),
    alias: name,
    approvals: z.number().int().min(0).max(10),
    from: z.string().max(300).optional(),
  }),
  z.object({ kind: z.literal('model.created'), model: name, description: z.string() }),
  z.object({ kind: z.literal('model.renamed'), model: name, to: name }),
  z.object({ kind: z.literal('model.deleted'), model: name }),
  z.object({
    kind: z.literal('model.version-registered'),
    model: name,
    versionId: z.string(),
    source: z.string(),
    runId: z.string().nullable(),
    description: z.string(),
  }),
  z.object({ kind: z.literal('model.version-deleted'), model: name, versionId: z.string() }),
  /** `versionId` null: the model itself. A null value removes. */
  z.object({
    kind: z.literal('model.tagged'),
    model: name,
    versionId: z.string().nullable(),
    key: name,
    value: z.string().nullable(),
  }),
  z.object({
    kind: z.literal('model.described'),
    model: name,
    versionId: z.string().nullable(),
    description: z.string(),
  }),
  z.object({ kind: z.literal('approval.given'), model: name, versionId: z.string(), verdict, comment: z.string() }),
  /** Asks people (keys of their first devices) for a verdict; asking again opens the question again. */
  z.object({ kind: z.literal('review.requested'), ...ofVersion, people: askedPeople, comment: remark }),
  /** Takes back what its author asked of these people, or, named by themselves, declines it. */
  z.object({ kind: z.literal('review.withdrawn'), ...ofVersion, people: askedPeople, comment: remark }),
  /** A verdict without a vote: it answers a request, and leaves an approval as it is. */
  z.object({ kind: z.literal('review.commented'), ...ofVersion, comment: remark }),
  /** Asks people for a verdict on a file of a project as it is: such as its model card. */
  z.object({
    kind: z.literal('file-review.requested'),
    ...ofFile,
    ...saying,
    people: askedPeople,
    comment: remark,
  }),
  /** As `review.withdrawn`, about a file. */
  z.object({ kind: z.literal('file-review.withdrawn'), ...ofFile, people: askedPeople, comment: remark }),
  /** A verdict on what a file says; `comment` is without a vote. */
  z.object({ kind: z.literal('file-review.given'), ...ofFile, ...saying, verdict: reviewVerdict, comment: remark }),
  /** Who has to approve what before it is promoted: all rules, in place of those before. `from`: as in `policy.set`. */
  z.object({
    kind: z.literal('reviewers.set'),
    rules: z.array(reviewerRule).max(200),
    from: z.string().max(300).optional(),
  }),
  z.object({ kind: z.literal('alias.promoted'), model: name, alias: name, versionId: z.string() }),
  z.object({ kind: z.literal('alias.removed'), model: name, alias: name }),
  z.object({
    kind: z.literal('contested.resolved'),
    model: name,
    alias: name,
    versionId: z.string(),
    reason: z.string(),
  }),
  /** `archived`: versions that its author had seen in that stage and moves to Archived. */
  z.object({
    kind: z.literal('model.version-staged'),
    model: name,
    versionId: z.string(),
    stage: modelStage,
    archived: z.array(z.string()).max(10_000),
  }),
  /** The files of a version, which the team's server has: by the device that registered it, once. */
  z.object({ kind: z.literal('model.version-shared'), model: name, versionId: z.string(), files: versionFiles }),
  /**
   * What a person may do from now on; `person` is the key of their first device. `project` null: in the whole team. Else
   * in one project alone (its id, or the name of its models up to the first dot); there, `role` null goes back to the team's.
   */
  z.object({
    kind: z.literal('role.set'),
    person: z.string(),
    role: grantableRole.nullable(),
    project: name.nullable(),
  }),
  /** An invite for another device of the author's person, or for an agent that this person answers for. */
  z.object({
    kind: z.literal('device.invited'),
    as: z.enum(['device', 'agent']),
    inviteId: z.string(),
    key: z.string(),
    expiresAt: z.iso.datetime(),
  }),
  /** Nobody joins by the invite any more, apart from whom the author had seen joining. */
  z.object({ kind: z.literal('invite.withdrawn'), inviteId: z.string() }),
  /** Ends a person's membership: all devices, all agents, and invites that nobody had used. */
  z.object({ kind: z.literal('person.removed'), person: z.string() }),
  /** `key` is the public half of the author's recovery key; it replaces the one before. */
  z.object({ kind: z.literal('recovery.set'), key: z.string() }),
  /**
   * Stated by a new device of an owner who lost the others: they all end. `proof` is the recovery key's signature over
   * `recover:<team>:<device>`.
   */
  z.object({ kind: z.literal('person.recovered'), person: z.string(), proof: z.string(), member: who }),
  /** Notes and comments of the project are encrypted from now on, with this key. */
  z.object({ kind: z.literal('encryption.begun'), ...projectKey }),
  /** A new key for what is written from now on. */
  z.object({ kind: z.literal('encryption.rekeyed'), ...projectKey }),
  /** Gives a key to devices that lack it. */
  z.object({ kind: z.literal('encryption.shared'), ...projectKey }),
]);
export type Fact = z.infer<typeof fact>;

/**
 * A kind that a newer Benchmate added: held and handed on with its signature, without effect here. An older replica
 * could otherwise not follow its author any further. Outside the type `Fact`: code meets it as the default of a switch.
 */
const laterFact = z
  .looseObject({ kind: z.string().min(1).max(100) })
  .refine(({ kind }) => !fact.options.some(option => option.shape.kind.value === kind));
export type FactKind = Fact['kind'];

/**
 * One entry of one device's feed: numbered from 1, chained by hash, signed.
 *
 * `after` is what the author had seen of other feeds (device → highest seq) when it wrote: with the chain it gives the
 * causal order. Bytes to sign: canonical JSON (RFC 8785) of the entry without `sig`, UTF-8. The hash covers the signed
 * entry: SHA-256 of canonical JSON with `sig`, base64url.
 */
export const entry = z.object({
  v: z.literal(1),
  /** Team id; empty in the founding entry alone. */
  team: z.string(),
  /** Ed25519 public key, base64url. */
  author: z.string(),
  seq: z.number().int().positive(),
  /** Hash of the author's entry before; empty for seq 1. */
  prev: z.string(),
  after: z.record(z.string(), z.number().int().positive()),
  at: z.iso.datetime(),
  fact: z.union([fact, laterFact]) as unknown as typeof fact,
  /** Ed25519 signature, base64url. */
  sig: z.string(),
});
export type Entry = z.infer<typeof entry>;

/** Device → highest seq held without a gap. */
export type FeedVector = Record<string, number>;

/** Device → hash of the entry that its number in a vector stands for. */
export type FeedHeads = Record<string, string>;
