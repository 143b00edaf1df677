import { monaco } from './monaco.ts';

/** Gives the editor the page's colours; call again when they change. */
export function applyEditorTheme(): void {
  const dark = luminance(token('--bm-background')) < 0.5;
  monaco.editor.defineTheme('benchmate', {
    base: dark ? 'vs-dark' : 'vs',
    inherit: true,
    rules: [],
    colors: {
      'editor.background': token('--bm-surface'),
      'editor.foreground': token('--bm-text'),
      'editorLineNumber.foreground': token('--bm-muted'),
      'editorCursor.foreground': token('--bm-accent'),
      'editorWidget.background': token('--bm-raised'),
      'editor.lineHighlightBackground': token('--bm-hover'),
      focusBorder: token('--bm-focus'),
    },
  });
  monaco.editor.setTheme(
    matchMedia('(forced-colors: active)').matches ? (dark ? 'hc-black' : 'hc-light') : 'benchmate',
  );
}

/** Calls back whenever the page's colours change. */
export function onThemeChange(listener: () => void): () => void {
  const queries = ['(prefers-color-scheme: dark)', '(prefers-contrast: more)', '(forced-colors: active)'].map(query =>
    matchMedia(query),
  );
  for (const query of queries) query.addEventListener('change', listener);
  window.addEventListener('benchmate-theme', listener);
  return () => {
    for (const query of queries) query.removeEventListener('change', listener);
    window.removeEventListener('benchmate-theme', listener);
  };
}

/** A token's colour as `#rrggbb`. */
function token(variable: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${variable})`;
  document.body.append(probe);
  const numbers = getComputedStyle(probe).color.match(/[\d.]+/g) ?? ['0', '0', '0'];
  probe.remove();
  return `#${numbers
    .slice(0, 3)
    .map(part => Math.round(Number(part)).toString(16).padStart(2, '0'))
    .join('')}`;
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map(start => parseInt(hex.slice(start, start + 2), 16) / 255);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
