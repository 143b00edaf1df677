import type { TextAnchor } from '@benchmate/shared/domain/review';
export const placeOf = (_text: string, anchor: TextAnchor) => ({
  startLine: anchor.line,
  endLine: anchor.line,
  orphaned: false,
});
export const anchorFor = (text: string, line: number, _end: number): TextAnchor => ({
  quote: text.split('\n')[line] ?? '',
  prefix: '',
  suffix: '',
  line,
});
