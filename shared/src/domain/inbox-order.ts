/**
 * What waits for a person, most pressing first: lists show it in this order.
 *
 * `refused-device`: the sync server does not let this device in. `fork`: a device wrote two histories. `contested`: rival promotions.
 * `quota`, `refused-edit`: the sync server does not take what was written here. `refused-fact`: a signed fact of this person
 * counts nowhere. `review`, `approval`: a version needs this person's verdict; in the second case others gave theirs. `promotion`: a
 * version has all approvals. `changes`: somebody asked for changes to a version of this person. `mention`: a note or comment names them. `orphan`: the text of a thread is
 * gone. `webhook`: one was switched off. `not-shared`: edits wait while the connection is cut. `invite`: one ends soon, unused.
 */
export const inboxKinds = [
  'refused-device',
  'fork',
  'contested',
  'quota',
  'refused-edit',
  'refused-fact',
  'review',
  'approval',
  'promotion',
  'changes',
  'mention',
  'orphan',
  'webhook',
  'not-shared',
  'invite',
] as const;
export type InboxKind = (typeof inboxKinds)[number];

interface Ordered {
  itemId: string;
  kind: InboxKind;
  since: number;
}

/** More than any time in milliseconds. */
const latest = 9_999_999_999_999;

/** Sorts as lists do, and stays the same for the same item while others come and go. */
export const inboxOrderKey = ({ kind, since, itemId }: Ordered): string =>
  `${String(inboxKinds.indexOf(kind)).padStart(2, '0')}:${String(latest - Math.round(since)).padStart(13, '0')}:${itemId}`;

/** Most pressing first; of one kind the newest. */
export const inInboxOrder = <T extends Ordered>(items: Iterable<T>): T[] =>
  [...items]
    .map(item => ({ item, key: inboxOrderKey(item) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ item }) => item);
