/** Path of code-server's entry when it is already here. */
export function editorEntry(): string | undefined;
/** Installs the editor once (about 620 MB). */
export function ensureEditor(): Promise<{ entry: string }>;
