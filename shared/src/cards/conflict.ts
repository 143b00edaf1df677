/** Something that both sides of a merge changed differently. The merged card holds both. */
export interface CardConflict {
  /** `license`, `model-index › accuracy on imdb (test)`, `Uses › Direct Use`. */
  place: string;
  ours: string | null;
  theirs: string | null;
}

export type MergeSide = 'ours' | 'theirs';

/**
 * How a conflict stands in YAML, which has to stay valid: the value of one side as the value, that of the other in a comment
 * right above it, as JSON, or `(removed)`.
 */
export function conflictComment(side: MergeSide, value: unknown): string {
  const said = value === undefined ? '(removed)' : JSON.stringify(value);
  return `# CONFLICT ${side}: ${said} (keep one of the two, then delete this line)\n`;
}

/** How a conflict stands in prose: as git writes it, so that every editor offers to choose. */
export function conflictMarkers(ours: string, theirs: string): string {
  const whole = (text: string) => (text === '' || text.endsWith('\n') ? text : `${text}\n`);
  return `<<<<<<< ours\n${whole(ours)}=======\n${whole(theirs)}>>>>>>> theirs\n`;
}
