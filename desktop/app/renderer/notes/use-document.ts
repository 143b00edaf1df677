import { useEffect, useState } from 'react';
import { noteBody } from '@benchmate/shared/documents/note-document';
import { useLive } from '../engine/live-list.ts';
import { presenceList, teamList } from '../engine/lists.ts';
import { isOnSyncServer } from '../shell/base.ts';
import { openDocument, type DocumentState, type OpenDocument, type Peer } from './open-document.ts';
import { PeerCursors } from './peer-cursors.ts';

/** A text document of the engine while a page shows it: its text, who else is there, and whether it is saved. */
export function useDocument(documentId: string): {
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
  const told = useLive(presenceList).items[0]?.told ?? isOnSyncServer;
  useEffect(() => {
    const { awareness } = opened?.provider ?? {};
    if (!awareness || !me) return;
    const state = told ? { ...awareness.getLocalState(), user: { name: me.name, device: me.device } } : null;
    awareness.setLocalState(state);
  }, [opened, me?.name, me?.device, told]);
  useEffect(() => {
    if (state !== 'apart') return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [state]);
  return { opened, state, peers, text };
}
