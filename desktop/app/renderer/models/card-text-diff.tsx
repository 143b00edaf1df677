import { useEffect, useRef } from 'react';
import { applyEditorTheme, onThemeChange } from '../notes/editor-theme.ts';
import { monaco } from '../notes/monaco.ts';

/** Two texts of a card side by side, letter by letter; above each other where there is little room. */
export default function CardTextDiff({ before, after, label }: { before: string; after: string; label: string }) {
  const holder = useRef<HTMLDivElement>(null);
  useEffect(() => {
    applyEditorTheme();
    const original = monaco.editor.createModel(before, 'markdown');
    const modified = monaco.editor.createModel(after, 'markdown');
    const editor = monaco.editor.createDiffEditor(holder.current!, {
      theme: 'benchmate',
      originalAriaLabel: `${label}, before`,
      modifiedAriaLabel: `${label}, now`,
      readOnly: true,
      originalEditable: false,
      automaticLayout: true,
      fontSize: 13,
      lineHeight: 20,
      fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--bm-mono'),
      wordWrap: 'on',
      diffWordWrap: 'on',
      minimap: { enabled: false },
      scrollBeyondLastLine: false,
      renderOverviewRuler: false,
      hideUnchangedRegions: { enabled: true },
      tabFocusMode: true,
      editContext: false,
    });
    editor.setModel({ original, modified });
    const unwatch = onThemeChange(applyEditorTheme);
    return () => {
      unwatch();
      editor.dispose();
      original.dispose();
      modified.dispose();
    };
  }, [before, after, label]);
  return <div className="app-editor app-text-diff" ref={holder} />;
}
