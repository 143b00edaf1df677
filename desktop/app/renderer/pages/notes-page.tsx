import { useState } from 'react';
import type { Note } from '@benchmate/shared/domain/note';
import { Dialog } from '@benchmate/shared/ui/dialog';
import { EmptyState, ErrorLine, ErrorState, Skeleton } from '@benchmate/shared/ui/empty-state';
import { Icon } from '@benchmate/shared/ui/icon';
import { Avatar } from '@benchmate/shared/ui/person';
import { RelativeTime } from '@benchmate/shared/ui/relative-time';
import { engine } from '../engine/connection.tsx';
import { useLive } from '../engine/live-list.ts';
import { noteList, projectList, teamList } from '../engine/lists.ts';
import { useAction } from '../engine/use-action.ts';
import { useSlow } from '../engine/use-load.ts';
import { Link, navigate, pathTo } from '../shell/router.tsx';
import { whyNot } from '../team/rights.ts';
import { PageHead } from './page-head.tsx';

export function NotesPage() {
  const { items, phase, error } = useLive(noteList);
  const projects = useLive(projectList);
  const slow = useSlow(phase === 'loading');
  const [asking, setAsking] = useState(false);
  const team = useLive(teamList).items[0];
  const refusal = team ? whyNot(team, 'documents.write', { what: 'write notes' }) : null;
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
      <PageHead title="Notes">{items.length > 0 && newNote}</PageHead>
      {phase === 'failed' && error ? (
        <ErrorState error={error} retry={() => void noteList.reload()} />
      ) : phase === 'loading' ? (
        slow && <Skeleton what="notes" />
      ) : items.length === 0 ? (
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
        <ul className="app-list">
          {items
            .toSorted((a, b) => b.createdAt - a.createdAt)
            .map(note => (
              <li key={note.noteId}>
                <NoteRow
                  note={note}
                  project={projects.items.find(({ projectId }) => projectId === note.projectId)?.name}
                />
              </li>
            ))}
        </ul>
      )}
      {asking && <NewNote close={() => setAsking(false)} />}
    </>
  );
}

function NoteRow({ note, project }: { note: Note; project: string | undefined }) {
  return (
    <Link to={pathTo('notes', note.noteId)} className="app-list-item">
      <Avatar name={note.author.name} device={note.author.device} />
      <span>
        <strong>{note.title}</strong>
        <span className="bm-muted">
          {note.author.name}, <RelativeTime at={note.createdAt} />
          {project && ` · ${project}`}
        </span>
      </span>
    </Link>
  );
}

function NewNote({ close }: { close: () => void }) {
  const projects = useLive(projectList).items;
  const [title, setTitle] = useState('');
  const [projectId, setProjectId] = useState(projects[0]?.projectId ?? '');
  const { busy, error, run } = useAction();
  const create = () =>
    run(
      () => noteList.answer(engine.notes.create.mutate({ projectId, title: title.trim(), body: '' })),
      note => {
        close();
        navigate(pathTo('notes', note.noteId));
      },
    );
  return (
    <Dialog title="New note" close={close}>
      <form
        className="app-stack"
        onSubmit={event => {
          event.preventDefault();
          create();
        }}
      >
        <label className="bm-label">
          Title
          <input
            className="bm-field"
            value={title}
            maxLength={200}
            autoFocus
            required
            onChange={event => setTitle(event.target.value)}
          />
        </label>
        <label className="bm-label">
          Project
          <select className="bm-field" value={projectId} onChange={event => setProjectId(event.target.value)}>
            {projects.map(project => (
              <option key={project.projectId} value={project.projectId}>
                {project.name}
              </option>
            ))}
          </select>
        </label>
        <ErrorLine error={error} />
        <div className="actions">
          <button type="button" className="bm-button" onClick={close}>
            Cancel
          </button>
          <button type="submit" className="bm-button primary" disabled={busy || title.trim() === ''}>
            Write
          </button>
        </div>
      </form>
    </Dialog>
  );
}
