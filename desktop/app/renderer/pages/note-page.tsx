import type { Note } from '@benchmate/shared/domain/note';
import { EmptyState, ErrorState, Skeleton } from '@benchmate/shared/ui/empty-state';
import { Icon } from '@benchmate/shared/ui/icon';
import { Person } from '@benchmate/shared/ui/person';
import { useLive } from '../engine/live-list.ts';
import { teamList } from '../engine/lists.ts';
import { MentionedIn } from '../notes/mentioned-in.tsx';
import { NoteText, NoteTextViewChoice, useNoteTextView } from '../notes/note-text.tsx';
import type { DocumentState } from '../notes/open-document.ts';
import { useDocument } from '../notes/use-document.ts';
import { useNote } from '../notes/use-note.ts';
import { AboutChip } from '../notes/about-chip.tsx';
import { PageHead } from './page-head.tsx';

const within = { name: 'Notes', to: '/notes' };
const readOnlyRoles: ReadonlySet<string> = new Set(['viewer']);
const states: Record<DocumentState, { icon: string; words: string }> = {
  connecting: { icon: 'sync', words: 'Opening' },
  shared: { icon: 'check', words: 'Saved as you type' },
  apart: { icon: 'debug-disconnect', words: 'Not saved: the engine does not answer; keep this page open' },
  refused: { icon: 'lock', words: 'You may read this note, not write it; an owner of the team can change that' },
};

export default function NotePage({ noteId }: { noteId: string }) {
  const asked = useNote(noteId);
  if (asked.data) return <NoteView note={asked.data} />;
  return (
    <>
      <PageHead title="Note" within={within} />
      {asked.error ? (
        <ErrorState error={asked.error} retry={asked.reload} />
      ) : (
        asked.slow && <Skeleton what="the note" />
      )}
    </>
  );
}

function NoteView({ note }: { note: Note }) {
  const { opened, state, peers, text } = useDocument(note.documentId);
  const me = useLive(teamList).items[0]?.me;
  const isLocked = note.privacy === 'locked';
  const readOnly = state === 'refused' || (me !== undefined && (!me.active || readOnlyRoles.has(me.role)));
  const { icon, words } = readOnly ? states.refused : states[state];
  const [view, choose] = useNoteTextView();
  return (
    <>
      <PageHead title={note.title} within={within}>
        <span className="bm-state bm-muted" role="status">
          <Icon name={icon} /> {words}
        </span>
        {note.privacy !== 'open' && (
          <span className="bm-state bm-muted" title="The sync server cannot read its text">
            <Icon name="lock" /> Encrypted
          </span>
        )}
        <AboutChip about={note.about} />
        {peers.map(({ clientId, name, device }) => (
          <Person key={clientId} name={name} device={device} />
        ))}
        <NoteTextViewChoice view={view} choose={choose} />
      </PageHead>
      {isLocked && text === '' ? (
        <EmptyState icon="lock" title="This device cannot read this note yet.">
          {note.notice}
        </EmptyState>
      ) : (
        <>
          {note.notice && (
            <p className="bm-muted" role="status">
              <Icon name="warning" /> {note.notice}
            </p>
          )}
          <NoteText
            title={note.title}
            projectId={note.projectId}
            {...{ opened, state, text, view }}
            readOnly={readOnly || isLocked}
            placeholder="Write in Markdown. Teammates see it as you type."
          />
          <MentionedIn target={`note:${note.noteId}`} />
        </>
      )}
    </>
  );
}
