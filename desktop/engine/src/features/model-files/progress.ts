/** How a transfer says how far it is, and learns that nobody wants it any more. */
export interface FilesProgress {
  tell: (step: string, done: number, total: number) => void;
  signal: AbortSignal;
}
export interface FilesResult {
  files: number;
  sizeBytes: number;
  movedBytes: number;
}
