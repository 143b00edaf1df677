import type { InboxItem } from '@benchmate/shared/domain/inbox';
import { inboxOrderKey } from '@benchmate/shared/domain/inbox-order';

/** A page of a list in order, and what asks for the next one. */
export function pageOf(
  items: readonly InboxItem[],
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): { items: InboxItem[]; total: number; cursor: string | null } {
  const from = cursor === undefined ? 0 : items.findIndex(item => inboxOrderKey(item) > cursor);
  const page = from < 0 ? [] : items.slice(from, from + limit);
  const isLast = from < 0 || from + page.length >= items.length;
  return { items: page, total: items.length, cursor: isLast ? null : inboxOrderKey(page.at(-1)!) };
}
