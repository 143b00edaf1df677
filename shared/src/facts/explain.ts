import type { Fact } from './entry.ts';
import type { HeldEntry } from './entry-hash.ts';
import type { Registry } from './registry.ts';

export interface Explained {
  at: string;
  name: string;
  sentence: string;
  /** Hash of the entry. */
  entry: string;
  /** Why it has no effect; null when it counts. */
  ignored: string | null;
}

/** Every fact about a model, or of the whole team, in causal order, each as one sentence. */
export function explain(registry: Registry, model?: string): Explained[] {
  return registry.entries
    .filter(item => model === undefined || registry.modelOf(item.hash) === model)
    .map(teller(registry));
}

/** One entry as a sentence, also one that is not held: the other half of a fork. */
export const explainEntry = (registry: Registry, item: HeldEntry): string => teller(registry)(item).sentence;

function teller(registry: Registry): (item: HeldEntry) => Explained {
  const members = new Map(registry.membership.members.map(member => [member.device, member]));
  const person = (device: string) => members.get(device)?.name ?? 'somebody';
  const label = (versionId: string | null, name: string) =>
    versionId === null ? name : `${name} v${registry.numberOf(versionId) ?? '?'}`;
  return item => {
    const by = members.get(item.entry.author);
    const name = by?.name ?? 'A stranger';
    const own = by?.agentOf ?? by?.person ?? item.entry.author;
    const said = deed(item.entry.fact, label, person, own);
    const end = /[.!?…]”$/.test(said) ? '' : '.'; // a quoted sentence has its own
    const sentence = `${name}${by?.role === 'agent' ? ' (agent)' : ''} ${said}${end}`;
    const ignored = registry.refusalOf(item.hash)?.message ?? null;
    return { at: item.entry.at, name, sentence, entry: item.hash, ignored };
  };
}

function deed(
  fact: Fact,
  label: (versionId: string | null, model: string) => string,
  person: (device: string) => string,
  own: string,
): string {
  switch (fact.kind) {
    case 'team.founded':
      return `founded the team ${fact.team}`;
    case 'team.renamed':
      return `renamed the team to ${fact.team}`;
    case 'member.renamed':
      return `goes by this name on ${fact.member.deviceName}`;
    case 'invite.created':
      return `invited somebody as ${fact.role}`;
    case 'member.added':
      return `joined the team on ${fact.member.deviceName}`;
    case 'member.removed':
      return `removed ${person(fact.device)} from the team`;
    case 'policy.set':
      return `asked for ${fact.approvals} ${fact.approvals === 1 ? 'approval' : 'approvals'} before a version becomes ${fact.alias}${fact.from ? ` (${fact.from})` : ''}`;
    case 'model.created':
      return `created the model ${fact.model}`;
    case 'model.renamed':
      return `renamed ${fact.model} to ${fact.to}`;
    case 'model.deleted':
      return `deleted the model ${fact.model}`;
    case 'model.version-registered':
      return `registered ${label(fact.versionId, fact.model)}`;
    case 'model.version-shared':
      return `shared the files of ${label(fact.versionId, fact.model)}`;
    case 'model.version-deleted':
      return `deleted ${label(fact.versionId, fact.model)}`;
    case 'model.version-staged':
      return `moved ${label(fact.versionId, fact.model)} to the stage ${fact.stage}`;
    case 'model.tagged':
      return fact.value === null
        ? `removed the tag ${fact.key} from ${label(fact.versionId, fact.model)}`
        : `tagged ${label(fact.versionId, fact.model)} with ${fact.key}: ${fact.value}`;
    case 'model.described':
      return `described ${label(fact.versionId, fact.model)}`;
    case 'approval.given':
      return fact.verdict === 'approve'
        ? `approved ${label(fact.versionId, fact.model)}${quoted(fact.comment)}`
        : `asked for changes to ${label(fact.versionId, fact.model)}${quoted(fact.comment)}`;
    case 'review.requested':
      return `asked ${fact.people.map(person).join(', ')} to review ${label(fact.versionId, fact.model)}${quoted(fact.comment)}`;
    case 'review.withdrawn':
      if (fact.people.every(asked => asked === own))
        return `declined to review ${label(fact.versionId, fact.model)}${quoted(fact.comment)}`;
      return `took the request to ${fact.people.map(person).join(', ')} to review ${label(fact.versionId, fact.model)} back${quoted(fact.comment)}`;
    case 'review.commented':
      return `reviewed ${label(fact.versionId, fact.model)} without a vote${quoted(fact.comment)}`;
    case 'file-review.requested':
      return `asked ${fact.people.map(person).join(', ')} to review ${fileOf(fact)}${quoted(fact.comment)}`;
    case 'file-review.withdrawn':
      if (fact.people.every(asked => asked === own)) return `declined to review ${fileOf(fact)}${quoted(fact.comment)}`;
      return `took the request to ${fact.people.map(person).join(', ')} to review ${fileOf(fact)} back${quoted(fact.comment)}`;
    case 'file-review.given':
      return `${verdictWords[fact.verdict]} ${fileOf(fact)}${fact.verdict === 'comment' ? ' without a vote' : ''}${quoted(fact.comment)}`;
    case 'reviewers.set':
      return `set whose approval promotions need: ${fact.rules.length} ${fact.rules.length === 1 ? 'rule' : 'rules'}${fact.from ? ` (${fact.from})` : ''}`;
    case 'alias.promoted':
      return `promoted ${label(fact.versionId, fact.model)} to ${fact.alias}`;
    case 'alias.removed':
      return `took ${fact.alias} away from ${fact.model}`;
    case 'contested.resolved':
      return `chose ${label(fact.versionId, fact.model)} as ${fact.alias}${quoted(fact.reason)}`;
    case 'role.set':
      return `made ${person(fact.person)} ${fact.role ?? 'what they are in the team'}${fact.project === null ? '' : ` in ${fact.project}`}`;
    case 'device.invited':
      return fact.as === 'agent' ? 'invited an agent' : 'invited another device';
    case 'invite.withdrawn':
      return 'withdrew an invite';
    case 'person.removed':
      return `removed ${person(fact.person)} from the team with all devices and agents`;
    case 'recovery.set':
      return 'made a recovery key';
    case 'person.recovered':
      return `came back by the recovery key on ${fact.member.deviceName}; the devices before are revoked`;
    case 'encryption.begun':
      return `had the notes and comments of ${fact.project} encrypted`;
    case 'encryption.rekeyed':
      return `made a new key for the notes and comments of ${fact.project}`;
    case 'encryption.shared':
      return `gave the key for the notes and comments of ${fact.project} to ${Object.keys(fact.wrapped).map(person).join(', ')}`;
    default:
      return 'stated something that a newer Benchmate understands';
  }
}

const verdictWords = {
  approve: 'approved',
  'request-changes': 'asked for changes to',
  comment: 'reviewed',
} as const;
/** The content is named as git names commits, by its beginning. */
const fileOf = (fact: { project: string; path: string; content?: string }): string =>
  `${fact.path} of ${fact.project}${fact.content === undefined ? '' : ` (content ${fact.content.slice(0, 8)})`}`;
const quoted = (text: string): string => (text === '' ? '' : `: “${text}”`);
