import { useEffect, useRef, useState } from 'react';
import type { Thread } from '@benchmate/shared/domain/review';
import { threadPlace } from '@benchmate/shared/domain/thread-place';
import { useLive } from '../engine/live-list.ts';
import { teamList } from '../engine/lists.ts';

/** Tells a reader of screens what others say while the page is open. `threads`: undefined until they are read. */
export function Arrivals({ threads }: { threads: readonly Thread[] | undefined }) {
  const own = useLive(teamList).items[0]?.device;
  const known = useRef<Set<string> | null>(null);
  const [news, setNews] = useState('');
  useEffect(() => {
    if (!threads) return;
    const said = threads.flatMap(thread => thread.comments.map(comment => ({ thread, comment })));
    const before = known.current;
    known.current = new Set(said.map(({ comment }) => comment.commentId));
    const fresh = before ? said.filter(({ comment }) => !before.has(comment.commentId)) : [];
    const [first, ...others] = fresh.filter(({ comment }) => comment.author.device !== own);
    if (!first) return;
    const { thread, comment } = first;
    const more = others.length === 0 ? '' : ` There are ${others.length} more new comments.`;
    setNews(`${comment.author.name} commented on ${threadPlace(thread)}.${more}`);
  }, [threads, own]);
  return (
    <p className="bm-unseen" role="status" aria-label="New comments">
      {news}
    </p>
  );
}
