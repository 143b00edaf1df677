/** Text of people inside a line of Markdown: it stays text, in one line. */
export const inline = (text: string): string =>
  text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').replaceAll(/[\\`*_[\]<>|#]/g, mark => `\\${mark}`);

/** Markdown of people. Nothing in it can be mistaken for a line of our own, and no control character makes the file binary for git. */
export const block = (text: string): string =>
  text
    .replaceAll('\r\n', '\n')
    .replaceAll(/[^\P{Cc}\n\t]/gu, '\uFFFD')
    .replaceAll('<!-- benchmate-', '&lt;!-- benchmate-');

/** A time in milliseconds since 1970 UTC, to the minute. */
export function day(at: number): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime())
    ? 'at an unknown time'
    : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
