/** What a merge takes without thinking: what only one side changed, or both changed alike. Undefined where they differ. */
export function pick(base: string | null, ours: string, theirs: string): string | undefined {
  if (ours === theirs || base === theirs) return ours;
  return base === ours ? theirs : undefined;
}

/** The same where form alone is at stake: either will do, and the choice does not depend on which side is which. */
export function pickForm(base: string | null, ours: string, theirs: string): string {
  return pick(base, ours, theirs) ?? (ours <= theirs ? ours : theirs);
}

/** Comments and blank lines of both sides: where both changed them, all of their lines. */
export function mergeComments(base: string, ours: string, theirs: string): string {
  const picked = pick(base, ours, theirs);
  if (picked !== undefined) return picked;
  const lines = [...new Set((ours <= theirs ? ours + theirs : theirs + ours).match(/[^\n]*\n/g))];
  return lines.join('');
}
