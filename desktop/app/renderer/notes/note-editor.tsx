import { useEffect, useRef } from 'react';
import { MonacoBinding } from 'y-monaco';
import { noteBody } from '@benchmate/shared/documents/note-document';
import { applyEditorTheme, onThemeChange } from './editor-theme.ts';
import './mention-completion.ts';
import { monaco } from './monaco.ts';
import type { OpenDocument } from './open-document.ts';

/** The text of a shared document in Monaco; cursors of others come along. */
export function NoteEditor({
  document: { doc, provider },
  readOnly,
  label,
  placeholder,
}: {
  document: OpenDocument;
  readOnly: boolean;
  label: string;
  placeholder: string;
}) {
  const holder = useRef<HTMLDivElement>(null);
  const made = useRef<monaco.editor.IStandaloneCodeEditor | null>(null);
  useEffect(() => {
    applyEditorTheme();
    const model = monaco.editor.createModel(noteBody(doc), 'markdown');
    model.setEOL(monaco.editor.EndOfLineSequence.LF);
    const editor = monaco.editor.create(holder.current!, {
      model,
      theme: 'benchmate',
      ariaLabel: label,
      automaticLayout: true,
      fontSize: 13,
      lineHeight: 20,
      fontFamily: getComputedStyle(window.document.documentElement).getPropertyValue('--bm-mono'),
      wordWrap: 'on',
      minimap: { enabled: false },
      lineNumbers: 'off',
      glyphMargin: false,
      folding: false,
      padding: { top: 12, bottom: 12 },
      scrollBeyondLastLine: false,
      overviewRulerLanes: 0,
      renderLineHighlight: 'none',
      unicodeHighlight: { ambiguousCharacters: false, invisibleCharacters: false },
      quickSuggestions: false,
      wordBasedSuggestions: 'off',
      fixedOverflowWidgets: true,
      placeholder,
      // Tab moves on, as everywhere else on the page; Ctrl+M makes it indent.
      tabFocusMode: true,
      editContext: false,
    });
    made.current = editor;
    const binding = new MonacoBinding(doc.getText('body'), model, new Set([editor]), provider.awareness);
    const unwatch = onThemeChange(applyEditorTheme);
    return () => {
      unwatch();
      binding.destroy();
      editor.dispose();
      model.dispose();
    };
  }, [doc, provider, label, placeholder]);
  useEffect(() => made.current?.updateOptions({ readOnly }), [readOnly]);
  return <div className="app-editor" ref={holder} />;
}
