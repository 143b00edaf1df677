import { useEffect, useState } from 'react';
import type { Note } from '@benchmate/shared/domain/note';
import { noteBody } from '@benchmate/shared/documents/note-document';
import { ErrorState, Skeleton } from '@benchmate/shared/ui/empty-state';
import { Icon } from '@benchmate/shared/ui/icon';
import { Markdown } from '@benchmate/shared/ui/markdown';
import { Person } from '@benchmate/shared/ui/person';
import { engine } from '../engine/connection.tsx';
import { useLive } from '../engine/live-list.ts';
import { noteList, teamList } from '../engine/lists.ts';
import { useLoad } from '../engine/use-load.ts';
import { NoteEditor } from '../notes/note-editor.tsx';
import { openDocument, type DocumentState, type OpenDocument, type Peer } from '../notes/open-document.ts';
import { PeerCursors } from '../notes/peer-cursors.ts';
import { PageHead } from './page-head.tsx';

const within = { name: 'Notes', to: '/notes' };
const readOnlyRoles: ReadonlySet<string> = new Set(['viewer']);
const states: Record<DocumentState, { icon: string; words: string }> = {
  connecting: { icon: 'sync', words: 'Opening' },
  shared: { icon: 'check', words: 'Saved as you type' },
  apart: { icon: 'debug-disconnect', words: 'Not saved: the engine does not answer; keep this page open' },
  refused: { icon: 'lock', words: 'You may read this note, not write it; an owner of the team can change that' },
};
type View = 'both' | 'write' | 'read';

export default function NotePage({ noteId }: { noteId: string }) {
  const known = useLive(noteList).items.find(note => note.noteId === noteId);
  const asked = useLoad(`note ${noteId}`, signal => engine.notes.get.query({ noteId }, { signal }));
  const note = known ?? asked.data;
  if (note) return <NoteView note={note} />;
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
  const readOnly = state === 'refused' || (me !== undefined && (!me.active || readOnlyRoles.has(me.role)));
  const { icon, words } = readOnly ? states.refused : states[state];
  const narrow = matchMedia('(max-width: 720px)').matches;
  const [view, setView] = useState<View>(narrow ? 'write' : 'both');
  return (
    <>
      <PageHead title={note.title} within={within}>
        <span className="bm-state bm-muted" role="status">
          <Icon name={icon} /> {words}
        </span>
        {peers.map(({ clientId, name, device }) => (
          <Person key={clientId} name={name} device={device} />
        ))}
        <select
          className="bm-field"
          style={{ width: 'auto' }}
          aria-label="View"
          value={view}
          onChange={event => setView(event.target.value as View)}
        >
          <option value="both">Text and preview</option>
          <option value="write">Text</option>
          <option value="read">Preview</option>
        </select>
      </PageHead>
      <div className={`app-fill app-note${view === 'both' ? '' : ' single'}`}>
        {opened && view !== 'read' && (
          <NoteEditor document={opened} readOnly={readOnly} label={`Text of ${note.title}`} />
        )}
        {view !== 'write' && (
          <div className="app-preview" tabIndex={0} role="region" aria-label="Preview">
            <h2 className="bm-unseen">Preview</h2>
            {text.trim() === '' ? (
              state !== 'connecting' && <p className="bm-muted">Nothing to show yet.</p>
            ) : (
              <Markdown text={text} />
            )}
          </div>
        )}
      </div>
    </>
  );
}

function useDocument(documentId: string): {
  opened: OpenDocument | null;
  state: DocumentState;
  peers: Peer[];
  text: string;
} {
  const [opened, setOpened] = useState<OpenDocument | null>(null);
  const [state, setState] = useState<DocumentState>('connecting');
  const [peers, setPeers] = useState<Peer[]>([]);
  const [text, setText] = useState('');
  const me = useLive(teamList).items[0]?.me;

  useEffect(() => {
    const cursors = new PeerCursors();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const document = openDocument(documentId, {
      onState: setState,
      onPeers: present => {
        cursors.show(present);
        setPeers(present);
      },
    });
    const body = document.doc.getText('body');
    const show = () => setText(noteBody(document.doc));
    body.observe(() => {
      if (timer !== undefined) return;
      show(); // the first change at once, those that follow together
      timer = setTimeout(() => {
        timer = undefined;
        show();
      }, 80);
    });
    setOpened(document);
    return () => {
      clearTimeout(timer);
      cursors.dispose();
      document.close();
    };
  }, [documentId]);
  useEffect(() => {
    if (me) opened?.provider.awareness.setLocalStateField('user', { name: me.name, device: me.device });
  }, [opened, me?.name, me?.device]);
  useEffect(() => {
    if (state !== 'apart') return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [state]);
  return { opened, state, peers, text };
}
