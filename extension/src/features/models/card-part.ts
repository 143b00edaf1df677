import { markdownSections } from '@benchmate/shared/formats/markdown-sections';

/** The line, from 0, at which a part of a card begins: `card:Churn/Metrics` at its heading. */
export function lineOfPart(card: string, part: string): number {
  const [head = ''] = /^---\r?\n[\s\S]*?\n---[ \t]*\r?\n?/.exec(card) ?? [];
  const wanted = part.startsWith('card:') ? part.slice('card:'.length) : null;
  if (wanted === null) return 0;
  const found = markdownSections(card.slice(head.length)).find(
    ({ path }) => `card:${path.join('/')}`.slice(0, 500) === part,
  );
  const offset = head.length + (found?.headingOffset ?? 0);
  return card.slice(0, offset).split('\n').length - 1;
}
