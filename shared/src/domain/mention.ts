/** `@Ada`, `@Ada-Lovelace`: a person's name with hyphens for spaces; case and accents do not matter. */
const mention = /(?<![\p{L}\p{N}_@./-])@([\p{L}\p{N}][\p{L}\p{M}\p{N}_.-]*)/gu;

/** What is typed to mention a person, without the `@`. */
export const handleOf = (name: string): string =>
  name
    .trim()
    .replaceAll(/[^\p{L}\p{M}\p{N}_.]+/gu, '-')
    .replaceAll(/^-|-$/g, '');

/** A handle as it is compared. */
export const sameHandle = (handle: string): string =>
  handle
    .normalize('NFKD')
    .replaceAll(/[\p{M}\p{Cf}]+/gu, '')
    .toLowerCase();

/** Handles that a text mentions, as they are compared, each once. What stands in code is no mention. */
export function mentionsIn(text: string): string[] {
  const prose = text.replaceAll(/^(```|~~~)[\s\S]*?^\1/gmu, '').replaceAll(/`[^`\n]*`/gu, '');
  const found = [...prose.matchAll(mention)].map(([, handle = '']) => sameHandle(handle.replace(/[.-]+$/u, '')));
  return [...new Set(found)];
}
