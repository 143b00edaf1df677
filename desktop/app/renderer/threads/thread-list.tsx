import { useState } from 'react';
import type { Thread } from '@benchmate/shared/domain/review';
import { engine } from '../engine/connection.tsx';
import { useAction } from '../engine/use-action.ts';
import { Arrivals } from './arrivals.tsx';
import { Done } from './done.tsx';
import { ThreadView } from './thread-view.tsx';

const step = 50;

interface Settled {
  thread: Thread;
  words: string;
  /** Where it stood: a line says there that it is settled, so that nothing else moves. */
  index: number;
}

/** Open threads one below the other; each can be answered and settled. `threads`: undefined until they are read. */
export function ThreadList({ threads, reload }: { threads: readonly Thread[] | undefined; reload: () => void }) {
  const [settled, setSettled] = useState<readonly Settled[]>([]);
  const [most, setMost] = useState(step);
  const open = threads ?? [];
  const gone = settled.filter(({ thread }) => !open.some(({ threadId }) => threadId === thread.threadId));
  const shown: (Thread | Settled)[] = open.slice(0, most);
  for (const each of gone) shown.splice(Math.min(each.index, shown.length), 0, each);
  const changed = (thread: Thread, words: string) => {
    const index = shown.findIndex(each => 'threadId' in each && each.threadId === thread.threadId);
    const others = settled.filter(each => each.thread.threadId !== thread.threadId);
    setSettled(thread.resolved ? [...others, { thread, words, index: Math.max(0, index) }] : others);
    reload();
  };
  return (
    <>
      <Arrivals threads={threads} />
      {shown.map(each =>
        'threadId' in each ? (
          <ThreadView key={each.threadId} thread={each} changed={changed} />
        ) : (
          <SettledLine key={`${each.thread.threadId} settled`} {...each} reload={reload} />
        ),
      )}
      {open.length > most && (
        <div className="app-actions">
          <button className="bm-button" onClick={() => setMost(most + step)}>
            Show {Math.min(step, open.length - most)} more
          </button>
          <span className="bm-muted">
            The first {most} of {open.length} are shown.
          </span>
        </div>
      )}
    </>
  );
}

function SettledLine({ thread, words, reload }: Settled & { reload: () => void }) {
  const { busy, run } = useAction();
  const reopen = () => run(() => engine.reviews.resolve.mutate({ threadId: thread.threadId, resolved: false }), reload);
  return (
    <Done words={`${words} “${thread.anchor.quote.slice(0, 60)}”`}>
      <button className="bm-button quiet" disabled={busy} onClick={reopen}>
        Reopen
      </button>
    </Done>
  );
}
