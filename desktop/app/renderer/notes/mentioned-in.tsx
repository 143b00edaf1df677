import { useEffect, useState } from 'react';
import { hitPath } from '@benchmate/shared/domain/companion-path';
import { ErrorLine } from '@benchmate/shared/ui/empty-state';
import { Icon } from '@benchmate/shared/ui/icon';
import { RelativeTime } from '@benchmate/shared/ui/relative-time';
import { engine } from '../engine/connection.tsx';
import { useLive } from '../engine/live-list.ts';
import { noteList } from '../engine/lists.ts';
import { useNoteChanges } from './use-note.ts';
import { useLoad } from '../engine/use-load.ts';
import { Link } from '../shell/router.tsx';
import { NewNote } from './new-note.tsx';

/** Who types is not followed letter by letter. */
const settledMs = 500;

/** Notes that are about a thing, and notes and comments that point at it. `about`: such notes can be begun here. */
export function MentionedIn({
  target,
  about,
  projectId,
}: {
  target: string;
  about?: boolean;
  projectId?: string | null;
}) {
  const notes = useLive(noteList).items;
  const { data, error, reload } = useLoad(`backlinks ${target}`, signal =>
    engine.links.backlinks.query({ target }, { signal }),
  );
  const [asking, setAsking] = useState(false);
  const [changes, setChanges] = useState(0);
  useNoteChanges(() => setChanges(count => count + 1));
  useEffect(() => {
    const timer = setTimeout(reload, settledMs);
    return () => clearTimeout(timer);
  }, [changes, reload]);
  const aboutIt = new Set(notes.filter(note => note.about === target).map(({ noteId }) => noteId));
  const hits = data ?? [];
  if (!about && hits.length === 0) return null;
  return (
    <section className="app-section" aria-labelledby="mentions">
      <h2 id="mentions">{about ? 'Notes' : 'Mentioned in'}</h2>
      {hits.length === 0 ? (
        <p className="bm-muted">No note is about it, and nobody mentions it.</p>
      ) : (
        <ul className="app-list">
          {hits.map(hit => (
            <li key={`${hit.kind} ${hit.itemId}`}>
              <Link to={hitPath(hit)} className="app-list-item">
                <Icon name={hit.kind === 'note' ? 'note' : 'comment'} />
                <span>
                  <strong>
                    <bdi>{hit.title}</bdi>
                  </strong>
                  <span className="bm-muted">
                    {hit.author.name}, <RelativeTime at={hit.at} />
                    {about && (aboutIt.has(hit.itemId) ? ' · about it' : ' · mentions it')}
                  </span>
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
      <ErrorLine error={error} />
      {about && (
        <div style={{ marginTop: 8 }}>
          <button className="bm-button" onClick={() => setAsking(true)}>
            <Icon name="add" /> Write a note about it
          </button>
        </div>
      )}
      {asking && <NewNote close={() => setAsking(false)} about={target} projectId={projectId ?? null} />}
    </section>
  );
}
