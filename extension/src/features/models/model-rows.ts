import { targetSentence } from '@benchmate/shared/diff/review-target-text';
import type { ReviewPart, ReviewTarget } from '@benchmate/shared/domain/model-review';
import type {
  AliasPolicies,
  AliasState,
  Approval,
  ModelVersion,
  RegisteredModel,
  ReviewRequest,
} from '@benchmate/shared/domain/registry';
import type { Member } from '@benchmate/shared/domain/team';
import { withUnseenNamed } from '../reviews/comment-text.ts';

/** A row in words: what stands behind its name, its codicon, and all of it for who listens. */
export interface RowWords {
  description: string;
  icon: string;
  color?: string;
  spoken: string;
}

/** What rows say something about, beside the model: whose name is whose, and who looks. */
export interface Surroundings {
  members: readonly Member[];
  policies: AliasPolicies;
  /** Key of the person who looks; null before it is known. */
  me: string | null;
}

const warning = 'list.warningForeground';

/** `champion v9 · challenger v8`, or how many versions there are. */
export function modelWords(model: RegisteredModel): RowWords {
  const contested = model.aliases.filter(alias => alias.contested);
  const held = model.aliases.flatMap(({ alias, holder, contested: isContested }) => {
    const number = numberOf(model, holder);
    return number === null || isContested ? [] : [`${alias} v${number}`];
  });
  const count = model.versions.length === 1 ? '1 version' : `${model.versions.length.toLocaleString('en')} versions`;
  const said = [...contested.map(({ alias }) => `${alias} contested`), ...held];
  return {
    description: said.length > 0 ? said.join(' · ') : count,
    icon: contested.length > 0 ? 'warning' : 'package',
    ...(contested.length > 0 && { color: warning }),
    spoken: [`Model ${model.name}`, ...said, count].join(', '),
  };
}

/** Aliases, approvals, who is asked; the icon says what is most pressing. */
export function versionWords(model: RegisteredModel, version: ModelVersion, around: Surroundings): RowWords {
  const aliases = aliasWords(model, version);
  const verdict = approvalWords(version, around);
  const asked = askedWords(version, around);
  const state = { contested: aliases.some(words => words.endsWith('contested')), ...verdict, asked };
  return {
    description: [...aliases, verdict.words, asked].filter(Boolean).join(' · '),
    ...versionIcon(state),
    spoken: [`${model.name} version ${version.version}`, ...aliases, verdict.words, asked].filter(Boolean).join(', '),
  };
}

function versionIcon({
  contested,
  against,
  enough,
  asked,
}: {
  contested: boolean;
  against: boolean;
  enough: boolean;
  asked: string;
}): { icon: string; color?: string } {
  if (contested) return { icon: 'warning', color: warning };
  if (against) return { icon: 'request-changes', color: warning };
  if (enough) return { icon: 'pass', color: 'testing.iconPassed' };
  if (asked) return { icon: 'git-pull-request', color: 'charts.blue' };
  return { icon: 'circle-outline' };
}

/** Each alias that the version holds, serves under meanwhile, or is a rival for. */
function aliasWords({ aliases }: RegisteredModel, { versionId }: ModelVersion): string[] {
  return aliases.flatMap(({ alias, holder, contested, claims }) => {
    if (!contested) return holder === versionId ? [alias] : [];
    const rival = claims.some(claim => claim.versionId === versionId) ? [`${alias} contested`] : [];
    return holder === versionId ? [`${alias} meanwhile`, ...rival] : rival;
  });
}

/** Approvals count by people, whatever number of devices they have. */
function approvalWords(
  { approvals }: ModelVersion,
  { members, policies }: Surroundings,
): { words: string; against: boolean; enough: boolean } {
  const against = namesOf(approvals.filter(({ verdict }) => verdict === 'request-changes'));
  const people = approvals
    .filter(({ verdict }) => verdict === 'approve')
    .map(({ device }) => personOf(device, members));
  const approved = new Set(people).size;
  const needed = Math.max(0, ...Object.values(policies));
  const enough = approved > 0 && approved >= needed;
  const count = needed > 0 ? `${approved} of ${needed} approved` : approved > 0 ? `${approved} approved` : '';
  const words = [count, against.length > 0 ? `changes requested by ${against.join(', ')}` : ''];
  return { words: words.filter(Boolean).join(' · '), against: against.length > 0, enough };
}

function askedWords({ requests }: ModelVersion, { me }: Surroundings): string {
  const open = requests.filter(({ state }) => state === 'open');
  if (open.length === 0) return '';
  const names = open.map(({ person, name }) => (person === me ? 'you' : name));
  return `asked of ${[...names].sort((a, b) => Number(b === 'you') - Number(a === 'you')).join(', ')}`;
}

/** Why an alias is contested, and what serves meanwhile. */
export function contestedWords(model: RegisteredModel, alias: AliasState): string {
  const claims = alias.claims.map(({ versionId, name }) => `v${numberOf(model, versionId) ?? '?'} by ${name}`);
  const serving = numberOf(model, alias.holder);
  return `${alias.alias} is contested: ${claims.join(' and ')}; ${serving === null ? 'nothing' : `v${serving}`} serves`;
}

export const verdictWords = ({ name, verdict, comment }: Approval): RowWords => {
  const approved = verdict === 'approve';
  const says = approved ? 'approved' : 'requested changes';
  return {
    description: [says, oneLine(comment)].filter(Boolean).join(' · '),
    icon: approved ? 'pass' : 'request-changes',
    color: approved ? 'testing.iconPassed' : warning,
    spoken: [`${name} ${says}`, oneLine(comment)].filter(Boolean).join(': '),
  };
};

export function requestWords({ person, name, by, comment, state }: ReviewRequest, me: string | null): RowWords {
  const who = person === me ? 'you' : name;
  const says = state === 'open' ? `asked by ${by.name}` : 'asked, and taken back or declined';
  return {
    description: [says, oneLine(comment)].filter(Boolean).join(' · '),
    icon: state === 'open' ? 'mail' : 'circle-slash',
    spoken: [`A review is asked of ${who}`, says, oneLine(comment)].filter(Boolean).join(', '),
  };
}

/** A row for what a promotion to one alias asks for. */
export function needWords(target: ReviewTarget): { sentence: string; icon: string } {
  const sentence = targetSentence(target);
  const { approvals, groups } = target;
  const isMet = approvals.given >= approvals.needed && groups.every(({ approvedBy }) => approvedBy !== null);
  return { sentence, icon: isMet ? 'unlock' : 'lock' };
}

export function partWords({ label, changed, viewed }: ReviewPart, since: number | undefined): RowWords {
  const says = changed ? `changed since v${since ?? '?'}` : changed === false ? `as in v${since ?? '?'}` : '';
  return {
    description: says,
    icon: changed ? 'diff-modified' : label.startsWith('Card') ? 'book' : label === 'Files' ? 'files' : 'graph-line',
    ...(changed && { color: 'gitDecoration.modifiedResourceForeground' }),
    spoken: [label, says, viewed ? 'viewed' : 'not viewed'].filter(Boolean).join(', '),
  };
}

/** `2 of 5 viewed`, and how many of them are new. */
export function partsWords(parts: readonly ReviewPart[], since: number | undefined): string {
  const viewed = parts.filter(part => part.viewed).length;
  const changed = parts.filter(part => part.changed).length;
  const news = since === undefined ? '' : changed === 0 ? `as in v${since}` : `${changed} changed since v${since}`;
  return [`${viewed} of ${parts.length} viewed`, news].filter(Boolean).join(' · ');
}

export const newestFirst = ({ versions }: RegisteredModel): ModelVersion[] =>
  versions.toSorted((a, b) => b.version - a.version);

export const numberOf = ({ versions }: RegisteredModel, versionId: string | null): number | null =>
  versions.find(version => version.versionId === versionId)?.version ?? null;

/** The person who answers for a device: of an agent its member. */
export function personOf(device: string, members: readonly Member[]): string {
  const member = members.find(known => known.device === device);
  return member?.agentOf ?? member?.person ?? device;
}

const namesOf = (said: readonly { name: string }[]): string[] => [...new Set(said.map(({ name }) => name))];

/** What somebody wrote, in a row: short, and with nothing in it that is unseen or turns the text around. */
export const oneLine = (text: string): string => {
  const line = withUnseenNamed(text.replaceAll(/\s+/g, ' ').trim());
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
};
