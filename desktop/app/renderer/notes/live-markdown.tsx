import { useDeferredValue, useEffect, useMemo, useState } from 'react';
import { linksIn, parseBenchLink } from '@benchmate/shared/domain/bench-link';
import { formatBytes } from '@benchmate/shared/diff/quantity-format';
import { Markdown } from '@benchmate/shared/ui/markdown';
import { engine, noticed } from '../engine/connection.tsx';
import { useLoad } from '../engine/use-load.ts';
import { navigate } from '../shell/router.tsx';
import { UnseenNote } from './unseen-note.tsx';

const mostLinks = 500;
/** Longer texts are shown so far at first: a browser stands still while it lays out a megabyte. */
const shownAtFirst = 60_000;

/**
 * A text with the present values of what it links to, kept up to date while runs go on. Lines of files are those of the project;
 * without one they have no values.
 */
export function LiveMarkdown({ text: written, projectId }: { text: string; projectId: string | null }) {
  const [whole, setWhole] = useState(false);
  const text = useDeferredValue(written);
  const isLong = !whole && text.length > shownAtFirst;
  const shown = useMemo(
    () => (isLong ? text.slice(0, text.lastIndexOf('\n', shownAtFirst) + 1 || shownAtFirst) : text),
    [isLong, text],
  );
  const hrefs = useMemo(() => linksIn(shown).slice(0, mostLinks), [shown]);
  const key = hrefs.join('\n');
  const { data, reload } = useLoad(`links ${projectId} ${key}`, async signal =>
    key === '' ? [] : engine.links.resolve.query({ ...(projectId === null ? {} : { projectId }), hrefs }, { signal }),
  );
  useEffect(() => {
    const runs = key.split('\n').flatMap(href => {
      const link = parseBenchLink(href);
      return link?.kind === 'run' ? [link.run] : [];
    });
    if (runs.length === 0) return;
    const { unsubscribe } = engine.runs.changes.subscribe(
      {},
      {
        next: changed => changed.some(({ runId }) => runs.some(run => runId.startsWith(run))) && reload(),
        missed: reload,
        error: noticed,
      },
    );
    return unsubscribe;
  }, [key, reload]);
  const live = useMemo(() => new Map((data ?? []).map(link => [link.href, link])), [data]);
  return (
    <>
      <UnseenNote text={text} what="this text" />
      <Markdown text={shown} live={live} follow={navigate} />
      {isLong && (
        <p>
          <button className="bm-button" onClick={() => setWhole(true)}>
            Show the other {formatBytes(text.length - shown.length)}
          </button>
        </p>
      )}
    </>
  );
}
