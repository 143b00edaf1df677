import '@vscode/codicons/dist/codicon.css';

/** A codicon as decoration; the words beside it say the same. With `label` it stands alone and speaks. */
export function Icon({ name, label }: { name: string; label?: string }) {
  return label ? (
    <span className={`codicon codicon-${name}`} role="img" aria-label={label} title={label} />
  ) : (
    <span className={`codicon codicon-${name}`} aria-hidden="true" />
  );
}
