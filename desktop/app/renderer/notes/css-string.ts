/** Any text as a CSS string: whatever is not a plain letter or digit is written as its number. */
export function cssString(text: string): string {
  const written = text.replaceAll(/[^\p{L}\p{N}]/gu, letter => `\\${letter.codePointAt(0)!.toString(16)} `);
  return `"${written}"`;
}
