export interface FilesResult {
  files: number;
  sizeBytes: number;
  /** What had to travel; the rest was there already. */
  movedBytes: number;
}
