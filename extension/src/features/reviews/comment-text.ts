/** Characters that turn the direction of what stands around them, or are not seen at all. Emoji and some scripts need joiners (U+200C, U+200D). */
const unseen = /[\u00AD\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF\u{E0000}-\u{E007F}]/gu;
/**
 * Text in which nothing means anything: blocks of code, open ones to the end, and spans of it. Fewer than Markdown knows (no span
 * over lines or columns), never more: what is wrongly taken for code would not be made harmless.
 */
const code = new RegExp(
  [
    /^ {0,3}(?<block>`{3,})(?!`)[^\n`]*\n[\s\S]*?(?:^ {0,3}\k<block>`*[ \t]*$|$(?![\s\S]))/,
    /^ {0,3}(?<other>~{3,})(?!~)[^\n]*\n[\s\S]*?(?:^ {0,3}\k<other>~*[ \t]*$|$(?![\s\S]))/,
    /(?<![`\\])(?<span>`+)(?!`)[^\n|]*?[^`\n|]\k<span>(?!`)/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'm',
);

/**
 * What a teammate wrote, as Markdown for the comment box: it loads no picture, which would tell a stranger who reads it, leads to no
 * command, file or program, and nothing in it is unseen. HTML is shown as text.
 */
export function commentText(body: string): string {
  const pieces: string[] = [];
  let rest = withUnseenNamed(body);
  for (let found = code.exec(rest); found; found = code.exec(rest)) {
    pieces.push(harmless(rest.slice(0, found.index)), found[0]);
    rest = rest.slice(found.index + found[0].length);
  }
  return [...pieces, harmless(rest)].join('');
}

export const withUnseenNamed = (text: string): string =>
  text.replaceAll(unseen, each => `⟦U+${each.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}⟧`);

/** By entities where a backslash would do: one that stands there already would take it back. */
function harmless(text: string): string {
  return text
    .replaceAll('<', '&lt;')
    .replaceAll(/!(?=\[)/g, '&#33;')
    .replaceAll(/\]([(:])(?=\s*(?:&lt;)?([^\s<>()]*))/g, (opening, sign: string, target: string) =>
      leadsOn(target) ? opening : `]\\${sign}`,
    );
}

/** To a page or a place in this one. Entities and escapes can spell any scheme. */
const leadsOn = (target: string): boolean => /^(https?|mailto):/i.test(target) || !/[:&\\]/.test(target);
