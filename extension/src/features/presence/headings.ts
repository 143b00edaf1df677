/** As much of a document of an editor as is read here. */
interface Lines {
  readonly lineCount: number;
  lineAt(line: number): { text: string };
}

const heading = /^#{1,6}\s+(.+?)\s*#*$/;
const longest = 200;

const headingOf = (document: Lines, line: number): string | undefined =>
  heading.exec(document.lineAt(line).text)?.[1]?.slice(0, longest);

/** The heading that a line of Markdown stands under; null above the first one. */
export function headingAt(document: Lines, line: number): string | null {
  for (let at = line; at >= 0; at--) {
    const title = headingOf(document, at);
    if (title) return title;
  }
  return null;
}

/** Where a heading stands; the beginning where none says so. */
export function headingLine(document: Lines, title: string): number {
  for (let at = 0; at < document.lineCount; at++) if (headingOf(document, at) === title) return at;
  return 0;
}
