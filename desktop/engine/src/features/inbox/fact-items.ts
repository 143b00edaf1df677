import type { InboxItem } from '@benchmate/shared/domain/inbox';
import type { HeldEntry } from '@benchmate/shared/facts/entry-hash';
import { explainEntry } from '@benchmate/shared/facts/explain';
import type { Fork } from '@benchmate/shared/facts/feeds';
import type { Registry } from '@benchmate/shared/facts/registry';
import { isMine, nameOf, type Viewer } from './viewer.ts';

const soonMs = 24 * 3_600_000;
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

/** Invites of this person that nobody has used and that end within a day. */
export function inviteItems({ membership: { invites } }: Registry, viewer: Viewer, nowMs: number): InboxItem[] {
  return invites.flatMap(({ inviteId, invitedBy, usedBy, ended, expiresAt, role, as }): InboxItem[] => {
    const until = Date.parse(expiresAt);
    if (usedBy !== null || ended || !isMine(viewer, invitedBy) || until <= nowMs || until - nowMs > soonMs) return [];
    const whom = as === 'device' ? 'for another device of yours' : as === 'agent' ? 'for an agent' : `as ${role}`;
    return [
      {
        ...wholeTeam,
        itemId: `invite:${inviteId}`,
        kind: 'invite',
        who: '',
        sentence: `Nobody has used your invite ${whom}, and it expires soon.`,
        next: 'Remind whom you gave it to, or make a new one.',
        since: until - soonMs,
        until,
        action: 'Make a new invite',
        place: { kind: 'team' },
        dismissible: true,
      },
    ];
  });
}

/** When `inviteItems` would next say something else. */
export function nextInviteChange({ membership: { invites } }: Registry, nowMs: number): number | null {
  const times = invites
    .filter(({ usedBy, ended }) => usedBy === null && !ended)
    .flatMap(({ expiresAt }) => [Date.parse(expiresAt) - soonMs + 1, Date.parse(expiresAt) + 1])
    .filter(at => at > nowMs);
  return times.length === 0 ? null : Math.min(...times);
}
