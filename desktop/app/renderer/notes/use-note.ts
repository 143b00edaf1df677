import { useEffect, useState } from 'react';
import type { Note } from '@benchmate/shared/domain/note';
import { engine, noticed } from '../engine/connection.tsx';
import { useLoad, type Loaded } from '../engine/use-load.ts';

/** A note as the engine says it last. */
export function useNote(noteId: string): Loaded<Note> {
  const asked = useLoad(`note ${noteId}`, signal => engine.notes.get.query({ noteId }, { signal }));
  const [told, setTold] = useState<Note | null>(null);
  useNoteChanges(note => note.noteId === noteId && setTold(note));
  return told?.noteId === noteId ? { ...asked, data: told } : asked;
}

/** Calls `heard` with each note that changes, by whomever, while the component is shown. */
export function useNoteChanges(heard: (note: Note) => void): void {
  useEffect(() => {
    const { unsubscribe } = engine.notes.changes.subscribe(undefined, { next: heard, error: noticed });
    return unsubscribe;
  }, []);
}
