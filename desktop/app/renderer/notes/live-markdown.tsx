import { useDeferredValue, useEffect, useMemo, useState } from 'react';
import { linksIn, parseBenchLink } from '@benchmate/shared/domain/bench-link';
import { formatBytes } from '@benchmate/shared/diff/quantity-format';
import { Icon } from '@benchmate/shared/ui/icon';
import { Markdown } from '@benchmate/shared/ui/markdown';
import { engine, noticed } from '../engine/connection.tsx';
import { useLoad } from '../engine/use-load.ts';
import { navigate } from '../shell/router.tsx';

const mostLinks = 500;
/** Longer texts are shown so far at first: a browser stands still while it lays out a megabyte. */
const shownAtFirst = 60_000;

/** What a text may hide: words that seem whole, or that seem to stand elsewhere. Joiners belong to emoji and to several scripts. */
const unseenCharacters = /[\u00AD\u200B\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF\u{E0000}-\u{E007F}]/gu;

/** A text with the present values of what it links to, kept up to date while runs go on. */
export function LiveMarkdown({ text: written, projectId }: { text: string; projectId: string }) {
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
    key === '' ? [] : engine.links.resolve.query({ projectId, hrefs }, { signal }),
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
  const unseen = useMemo(() => text.match(unseenCharacters)?.length ?? 0, [text]);
  return (
    <>
      {unseen > 0 && (
        <p className="bm-muted" role="note">
          <Icon name="warning" />{' '}
          {unseen === 1 ? 'One character of this text is' : `${unseen} characters of this text are`} not to be seen:
          zero-width ones, or ones that turn the direction of what follows.
        </p>
      )}
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
