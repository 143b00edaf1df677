import type { InboxItem } from '@benchmate/shared/domain/inbox';
import type { HeldEntry } from '@benchmate/shared/facts/entry-hash';
import { explainEntry } from '@benchmate/shared/facts/explain';
import type { Fork } from '@benchmate/shared/facts/feeds';
import type { Registry } from '@benchmate/shared/facts/registry';
import { nameOf, type Viewer } from './viewer.ts';

const longestMs = 24 * 3_600_000;
const mostForksShown = 5;
const wholeTeam = { until: null, project: null, evidence: [] };

/** Second histories, by the device that signed them: what counts and what does not, side by side. */
export function forkItems(forks: readonly Fork[], registry: Registry, viewer: Viewer, device: string): InboxItem[] {
  return [...Map.groupBy(forks, fork => fork.author)].map(([author, its]): InboxItem => {
    const member = viewer.members.find(known => known.device === author);
    const who = nameOf(viewer, author);
    const here = author === device;
    const name = here ? 'This device' : `${who}’s device ${member?.deviceName || author.slice(0, 8)}`;
    const shown = its.slice(0, mostForksShown);
    return {
      ...wholeTeam,
      itemId: `fork:${author}`,
      kind: 'fork',
      who,
      sentence: `${name} wrote two histories: there is a second entry ${its[0]!.seq}, signed with its key, too.`,
      next: here
        ? 'Its data was copied or restored while another copy went on: use one of them, and let the other join anew.'
        : `Ask ${who}: a copied folder does that, and so does a stolen key. Then remove the device.`,
      evidence: shown.flatMap(({ held, rival }) => [
        ...(held ? [`Entry ${held.entry.seq} that counts: ${explainEntry(registry, held)} ${held.hash}`] : []),
        `Entry ${rival.entry.seq} that does not: ${explainEntry(registry, rival)} ${rival.hash}`,
      ]),
      since: Math.min(...its.map(({ rival }) => Date.parse(rival.entry.at))),
      action: 'Look at the members',
      place: { kind: 'team' },
      dismissible: true,
    };
  });
}

/** What this person signed and what counts nowhere: somebody decided otherwise, apart from it. */
export function refusedFactItems(own: readonly HeldEntry[], registry: Registry): InboxItem[] {
  return own.flatMap((item): InboxItem[] => {
    const refusal = registry.refusalOf(item.hash);
    if (!refusal) return [];
    const model = registry.modelOf(item.hash);
    const living = registry.models.find(({ name }) => name === model);
    return [
      {
        ...wholeTeam,
        itemId: `fact:${item.hash}`,
        kind: 'refused-fact',
        who: '',
        sentence: `What you signed does not count: ${explainEntry(registry, item)}`,
        next: [refusal.message, refusal.nextStep].filter(Boolean).join(' '),
        since: Date.parse(item.entry.at),
        project: model?.split('.', 1)[0] ?? null,
        action: living ? `Look at ${living.name}` : 'Look at the team',
        place: living ? { kind: 'model', model: living.name, version: null, alias: null } : { kind: 'team' },
        dismissible: true,
      },
    ];
  });
}

/** Invites of this person that nobody has used, in the last quarter of their time, a day at most. `own`: what this person signed. */
export function inviteItems({ membership }: Registry, own: readonly HeldEntry[], nowMs: number): InboxItem[] {
  return openInvites(membership, own).flatMap(({ inviteId, role, as, from, until }): InboxItem[] => {
    if (nowMs < from || nowMs >= until) return [];
    const whom = as === 'device' ? 'for another device of yours' : as === 'agent' ? 'for an agent' : `as ${role}`;
    return [
      {
        ...wholeTeam,
        itemId: `invite:${inviteId}`,
        kind: 'invite',
        who: '',
        sentence: `Nobody has used your invite ${whom}, and it expires soon.`,
        next: 'Remind whom you gave it to, or make a new one.',
        since: from,
        until,
        action: 'Make a new invite',
        place: { kind: 'team' },
        dismissible: true,
      },
    ];
  });
}

/** When `inviteItems` would next say something else. */
export function nextInviteChange({ membership }: Registry, own: readonly HeldEntry[], nowMs: number): number | null {
  const times = openInvites(membership, own).flatMap(({ from, until }) => [from, until]);
  const later = times.filter(at => at > nowMs);
  return later.length === 0 ? null : Math.min(...later);
}

function openInvites({ invites }: Registry['membership'], own: readonly HeldEntry[]) {
  const madeAt = new Map(
    own.flatMap(({ entry: { fact, at } }) =>
      fact.kind === 'invite.created' || fact.kind === 'device.invited'
        ? [[fact.inviteId, Date.parse(at)] as const]
        : [],
    ),
  );
  return invites.flatMap(invite => {
    const made = madeAt.get(invite.inviteId);
    if (made === undefined || invite.usedBy !== null || invite.ended) return [];
    const until = Date.parse(invite.expiresAt);
    return [{ ...invite, until, from: until - Math.min(longestMs, (until - made) / 4) }];
  });
}
