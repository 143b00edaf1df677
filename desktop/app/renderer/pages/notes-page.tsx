import { useMemo, useState } from 'react';
import { pathTo } from '@benchmate/shared/domain/companion-path';
import { draftName } from '@benchmate/shared/domain/draft-name';
import type { Draft } from '@benchmate/shared/domain/draft';
import type { NoteTitle } from '@benchmate/shared/domain/note';
import { EmptyState, ErrorState, Skeleton } from '@benchmate/shared/ui/empty-state';
import { Icon } from '@benchmate/shared/ui/icon';
import { Avatar } from '@benchmate/shared/ui/person';
import { RelativeTime } from '@benchmate/shared/ui/relative-time';
import { useLive } from '../engine/live-list.ts';
import { draftList, noteList, projectList, teamList } from '../engine/lists.ts';
import { useSlow } from '../engine/use-load.ts';
import { AboutWords } from '../notes/about-chip.tsx';
import { NewNote } from '../notes/new-note.tsx';
import { LongList } from '../shell/long-list.tsx';
import { Link } from '../shell/router.tsx';
import { whyNot } from '../team/rights.ts';
import { PageHead } from './page-head.tsx';

export function NotesPage() {
  const { items, phase, error } = useLive(noteList);
  const drafts = useLive(draftList).items;
  const projects = useLive(projectList);
  const slow = useSlow(phase === 'loading');
  const [asking, setAsking] = useState(false);
  const team = useLive(teamList).items[0];
  const refusal = team ? whyNot(team, 'documents.write', { what: 'write notes' }) : null;
  const shown = useMemo(() => [...drafts, ...items.toSorted((a, b) => b.createdAt - a.createdAt)], [drafts, items]);
  const names = new Map(projects.items.map(({ projectId, name }) => [projectId, name]));
  const canWrite = projects.items.length > 0;
  const newNote = refusal ? (
    <p className="bm-muted">
      <Icon name="lock" /> {refusal}
    </p>
  ) : (
    <button className="bm-button primary" disabled={!canWrite} onClick={() => setAsking(true)}>
      <Icon name="add" /> New note
    </button>
  );
  return (
    <>
      <PageHead title="Notes">{items.length + drafts.length > 0 && newNote}</PageHead>
      {phase === 'failed' && error ? (
        <ErrorState error={error} retry={() => void noteList.reload()} />
      ) : phase === 'loading' ? (
        slow && <Skeleton what="notes" />
      ) : items.length + drafts.length === 0 ? (
        projects.phase === 'ready' && !canWrite ? (
          <EmptyState icon="note" title="Notes belong to a project, and there is none yet.">
            Make one with <code className="bm-mono">benchmate new</code>, or open a folder that holds a benchmate.yaml.
          </EmptyState>
        ) : (
          <EmptyState icon="note" title="Nobody has written a note yet." actions={newNote}>
            A note is text that the whole team edits together, offline too.
          </EmptyState>
        )
      ) : (
        <LongList
          label="Notes"
          what={drafts.length === 0 ? 'notes' : 'notes and drafts'}
          items={shown}
          keyOf={item => ('draftId' in item ? item.draftId : item.noteId)}
          textOf={item => ('draftId' in item ? draftName(item) : `${item.title} ${item.author.name}`)}
        >
          {item =>
            'draftId' in item ? <DraftRow draft={item} /> : <NoteRow note={item} project={names.get(item.projectId)} />
          }
        </LongList>
      )}
      {asking && <NewNote close={() => setAsking(false)} />}
    </>
  );
}

function DraftRow({ draft }: { draft: Draft }) {
  return (
    <Link to={pathTo('drafts', draft.draftId)} className="app-list-item">
      <Icon name="lock" />
      <span>
        <strong>{draftName(draft)}</strong>
        <span className="bm-muted">
          Draft on this device alone, begun <RelativeTime at={draft.createdAt} />
        </span>
      </span>
    </Link>
  );
}

function NoteRow({ note, project }: { note: NoteTitle; project: string | undefined }) {
  return (
    <Link to={pathTo('notes', note.noteId)} className="app-list-item">
      <Avatar name={note.author.name} device={note.author.device} />
      <span>
        <strong>{note.title}</strong>
        <span className="bm-muted">
          {note.author.name}, <RelativeTime at={note.createdAt} />
          {project && ` · ${project}`}
          <AboutWords about={note.about} />
        </span>
      </span>
    </Link>
  );
}
