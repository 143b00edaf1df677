import { useState } from 'react';
import { LiveMarkdown } from './live-markdown.tsx';
import { NoteEditor } from './note-editor.tsx';
import type { DocumentState, OpenDocument } from './open-document.ts';

export type NoteTextView = 'both' | 'write' | 'read';

/** Where the text is shown; narrow screens begin with the text alone. */
export function useNoteTextView(): [NoteTextView, (view: NoteTextView) => void] {
  const narrow = matchMedia('(max-width: 720px)').matches;
  return useState<NoteTextView>(narrow ? 'write' : 'both');
}

export function NoteTextViewChoice({ view, choose }: { view: NoteTextView; choose: (view: NoteTextView) => void }) {
  return (
    <select
      className="bm-field"
      style={{ width: 'auto' }}
      aria-label="View"
      value={view}
      onChange={event => choose(event.target.value as NoteTextView)}
    >
      <option value="both">Text and preview</option>
      <option value="write">Text</option>
      <option value="read">Preview</option>
    </select>
  );
}

/** A text being written, and how it looks. */
export function NoteText({
  title,
  projectId,
  opened,
  state,
  text,
  view,
  readOnly,
  placeholder,
}: {
  title: string;
  projectId: string;
  opened: OpenDocument | null;
  state: DocumentState;
  text: string;
  view: NoteTextView;
  readOnly: boolean;
  /** What an empty text says. */
  placeholder: string;
}) {
  return (
    <div className={`app-fill app-note${view === 'both' ? '' : ' single'}`}>
      {opened && view !== 'read' && (
        <NoteEditor document={opened} readOnly={readOnly} label={`Text of ${title}`} placeholder={placeholder} />
      )}
      {view !== 'write' && (
        <div className="app-preview" tabIndex={0} role="region" aria-label="Preview">
          <h2 className="bm-unseen">Preview</h2>
          {text.trim() === '' ? (
            state !== 'connecting' && <p className="bm-muted">Nothing to show yet.</p>
          ) : (
            <LiveMarkdown text={text} projectId={projectId} />
          )}
        </div>
      )}
    </div>
  );
}
