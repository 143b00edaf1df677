/** A heading of a Markdown file with what stands below it, up to the next heading of any level. */
export interface MarkdownSection {
  /** 1 to 6; 0 for what stands before the first heading. */
  level: number;
  title: string;
  /** Titles from the top to this one. */
  path: readonly string[];
  /** Everything between this heading and the next. */
  text: string;
  /** Offsets in the Markdown: of the heading's line, of the text, and the end of the text. */
  headingOffset: number;
  textOffset: number;
  endOffset: number;
}

/** Sections by ATX headings (`## Title`), in order. Headings inside fenced code and HTML comments are no headings. */
export function markdownSections(markdown: string): MarkdownSection[] {
  const sections: MarkdownSection[] = [];
  let current = { level: 0, title: '', path: [] as string[], headingOffset: 0, textOffset: 0 };
  const close = (endOffset: number) => {
    const text = markdown.slice(current.textOffset, endOffset);
    if (current.level > 0 || text.trim() !== '') sections.push({ ...current, text, endOffset });
  };
  const open: string[] = [];
  for (const { offset, line, literal } of markdownLines(markdown)) {
    const heading = literal ? null : /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*\r?\n?$/.exec(line);
    if (!heading) continue;
    close(offset);
    const level = heading[1]!.length;
    const title = (heading[2] ?? '').trim();
    open.length = Math.min(open.length, level - 1);
    open[level - 1] = title;
    const path = open.filter(name => name !== undefined);
    current = { level, title, path, headingOffset: offset, textOffset: offset + line.length };
  }
  close(markdown.length);
  return sections;
}

/** Lines with their ends; `literal` inside fenced code and HTML comments. */
export function* markdownLines(markdown: string): Generator<{ offset: number; line: string; literal: boolean }> {
  let fence: string | null = null;
  let comment = false;
  let offset = 0;
  for (const line of markdown.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    const mark = comment ? null : /^ {0,3}(`{3,}|~{3,})(.*)/.exec(line);
    const inside: boolean = fence !== null || comment;
    if (fence !== null) {
      if (mark && mark[1]![0] === fence[0] && mark[1]!.length >= fence.length && mark[2]!.trim() === '') fence = null;
    } else if (mark) fence = mark[1]!;
    else {
      const last = line.lastIndexOf('<!--');
      if (comment ? line.includes('-->') : last >= 0) comment = last > line.lastIndexOf('-->');
    }
    yield { offset, line, literal: inside || mark !== null };
    offset += line.length;
  }
}
