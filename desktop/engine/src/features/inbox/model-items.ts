import type { InboxItem } from '@benchmate/shared/domain/inbox';
import type { AliasState, ModelVersion, RegisteredModel } from '@benchmate/shared/domain/registry';
import { allows, heldBy, projectOf } from '@benchmate/shared/facts/rights';
import { lastReviewed } from '../model-reviews/last-reviewed.ts';
import { partsOf } from '../model-reviews/parts.ts';
import { isMine, listed, may, type Viewer } from './viewer.ts';

/** What a model asks of this person: to choose, to judge, to promote, to mend. */
export function modelItems(model: RegisteredModel, viewer: Viewer): InboxItem[] {
  const newest = newestOf(model.versions);
  return [
    ...model.aliases.flatMap(alias => contested(model, alias, viewer)),
    ...model.versions.flatMap(version => asked(model, version, viewer)),
    ...(newest ? [...wanted(model, newest, viewer), ...readyFor(model, newest, viewer)] : []),
    ...changesAsked(model, viewer),
  ];
}

function contested(model: RegisteredModel, state: AliasState, viewer: Viewer): InboxItem[] {
  const { alias } = state;
  const number = (versionId: string | null) => model.versions.find(known => known.versionId === versionId)?.version;
  const claims = state.claims.toSorted((a, b) => (number(a.versionId) ?? 0) - (number(b.versionId) ?? 0));
  const mayChoose = may(viewer, 'contested.resolved', model.name);
  if (!state.contested || !(mayChoose || claims.some(({ device }) => isMine(viewer, device)))) return [];
  const rivals = claims.map(({ versionId, name }) => `v${number(versionId) ?? '?'} by ${name}`);
  const serving = number(state.holder);
  const meanwhile = serving === undefined ? 'none serves' : `v${serving} serves`;
  const choosers = viewer.members.filter(
    member => member.active && allows('contested.resolved', heldBy(member, viewer.members), projectOf(model.name)),
  );
  return [
    {
      ...base(model.name),
      // Another rival makes it another matter.
      itemId: ['contested', ...claims.map(({ entry }) => entry).toSorted()].join(':'),
      kind: 'contested',
      who: listed(claims.map(({ name }) => name)),
      sentence: `${alias} of ${model.name} is contested: ${listed(rivals)}; ${meanwhile} until somebody chooses.`,
      next: mayChoose
        ? 'Choose one of them.'
        : `${listed(choosers.map(({ name }) => name)) || 'Nobody of the team'} may choose.`,
      since: Math.max(...claims.map(({ at }) => Date.parse(at))),
      action: mayChoose ? 'Choose a version' : 'Look at it',
      place: { kind: 'model', model: model.name, version: number(claims[0]?.versionId ?? null) ?? null, alias },
    },
  ];
}

/** Somebody asked this person for a verdict. */
function asked(model: RegisteredModel, version: ModelVersion, viewer: Viewer): InboxItem[] {
  const request = openRequest(version, viewer);
  if (!request) return [];
  const { by, comment, at } = request;
  const last = lastReviewed(model, version, device => isMine(viewer, device));
  const before = last && new Map(partsOf(last.version).map(({ part, digest }) => [part, digest]));
  const changed = before ? partsOf(version).filter(({ part, digest }) => before.get(part) !== digest) : [];
  return [
    {
      ...base(model.name),
      itemId: `asked:${version.versionId}:${at}`,
      kind: 'review',
      who: by.name,
      sentence: `${by.name} asks you to review ${model.name} v${version.version}${comment ? `: “${comment}”` : '.'}`,
      next: last
        ? `Look at what changed since v${last.version.version}, which you reviewed.`
        : 'Give a verdict, or decline.',
      evidence: changed.slice(0, 10).map(({ label }) => `Changed: ${label}`),
      since: Date.parse(at),
      action: `Review v${version.version}`,
      place: { kind: 'model', model: model.name, version: version.version, alias: null },
    },
  ];
}

/** An agent is not asked what its member is asked. */
const openRequest = ({ requests }: ModelVersion, { me }: Viewer) =>
  me.active && me.agentOf === null
    ? requests.find(({ person, state }) => person === me.person && state === 'open')
    : undefined;

/** The newest version asks for verdicts while an alias could not go to it for want of them. */
function wanted(model: RegisteredModel, version: ModelVersion, viewer: Viewer): InboxItem[] {
  const { versionId, approvals, registeredBy } = version;
  if (!may(viewer, 'approval.given', model.name) || viewer.me.agentOf !== null) return [];
  if (openRequest(version, viewer)) return []; // asked by name already
  if ([registeredBy, ...approvals].some(({ device }) => isMine(viewer, device))) return [];
  const given = approvals.filter(({ verdict }) => verdict === 'approve');
  const [lacking] = lacks(model, version, viewer);
  if (!lacking) return [];
  const { alias, missing } = lacking;
  const others = given.length > 0 ? ` and ${listed(given.map(({ name }) => name))} approved it` : '';
  return [
    {
      ...base(model.name),
      itemId: `review:${versionId}`,
      kind: given.length > 0 ? 'approval' : 'review',
      who: registeredBy.name,
      sentence: `${model.name} v${version.version} asks for your verdict; ${registeredBy.name} registered it${others}.`,
      next: `${alias} needs ${missing} more ${missing === 1 ? 'approval' : 'approvals'}.`,
      since: Date.parse(version.at),
      action: `Review v${version.version}`,
      place: { kind: 'model', model: model.name, version: version.version, alias },
    },
  ];
}

/** All approvals are there, and nobody promoted it yet. */
function readyFor(model: RegisteredModel, version: ModelVersion, viewer: Viewer): InboxItem[] {
  if (!may(viewer, 'alias.promoted', model.name)) return [];
  const approved = version.approvals.filter(({ verdict }) => verdict === 'approve');
  if (approved.length < version.approvals.length) return [];
  return guarded(model, version, viewer)
    .filter(({ needed }) => needed <= approved.length)
    .map(({ alias }): InboxItem => {
      return {
        ...base(model.name),
        itemId: `promotion:${version.versionId}:${alias}`,
        kind: 'promotion',
        who: listed(approved.map(({ name }) => name)),
        sentence: `${model.name} v${version.version} has the approvals that ${alias} asks for, by ${listed(approved.map(({ name }) => name))}.`,
        next: `Promote it to ${alias}, or ask for changes.`,
        since: Math.max(...approved.map(({ at }) => Date.parse(at))),
        action: `Promote v${version.version}`,
        place: { kind: 'model', model: model.name, version: version.version, alias },
        dismissible: true, // a team may never want to
      };
    });
}

/** The newest version of this person, while somebody's verdict on it is to change something. */
function changesAsked(model: RegisteredModel, viewer: Viewer): InboxItem[] {
  const mine = newestOf(model.versions.filter(({ registeredBy }) => isMine(viewer, registeredBy.device)));
  const asking = mine?.approvals.filter(({ verdict }) => verdict === 'request-changes') ?? [];
  if (!mine || asking.length === 0) return [];
  const comments = asking.filter(({ comment }) => comment !== '').map(({ name, comment }) => `${name}: ${comment}`);
  return [
    {
      ...base(model.name),
      itemId: `changes:${mine.versionId}:${asking.map(({ device, at }) => `${device.slice(0, 8)}${at}`).join(':')}`,
      kind: 'changes',
      who: listed(asking.map(({ name }) => name)),
      sentence: `${listed(asking.map(({ name }) => name))} asked for changes to ${model.name} v${mine.version}.`,
      next: 'Register a version with the changes, or talk it over.',
      evidence: comments.slice(0, 10).map(line => (line.length > 500 ? `${line.slice(0, 499)}…` : line)),
      since: Math.max(...asking.map(({ at }) => Date.parse(at))),
      action: `Read the review of v${mine.version}`,
      place: { kind: 'model', model: model.name, version: mine.version, alias: null },
      dismissible: true, // it may be right not to change anything
    },
  ];
}

/** Aliases with a policy that are not at this version, nor contested. */
const guarded = ({ aliases }: RegisteredModel, { versionId }: ModelVersion, { policies }: Viewer) =>
  Object.entries(policies)
    .map(([alias, needed]) => ({ alias, needed }))
    .filter(({ needed }) => needed > 0)
    .filter(({ alias }) =>
      aliases.every(held => held.alias !== alias || (held.holder !== versionId && !held.contested)),
    );

function lacks(model: RegisteredModel, version: ModelVersion, viewer: Viewer): { alias: string; missing: number }[] {
  const given = version.approvals.filter(({ verdict }) => verdict === 'approve').length;
  return guarded(model, version, viewer)
    .map(({ alias, needed }) => ({ alias, missing: needed - given }))
    .filter(({ missing }) => missing > 0);
}

const newestOf = (versions: readonly ModelVersion[]): ModelVersion | null =>
  versions.reduce<ModelVersion | null>((a, b) => (a && a.version > b.version ? a : b), null);

const base = (model: string) => ({ evidence: [], until: null, project: projectOf(model), dismissible: false });
