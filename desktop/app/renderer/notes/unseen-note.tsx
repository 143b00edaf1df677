import { useMemo } from 'react';
import { Icon } from '@benchmate/shared/ui/icon';

/** What a text may hide: words that seem whole, or that seem to stand elsewhere. Joiners belong to emoji and to several scripts. */
const unseenCharacters = /[\u00AD\u200B\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF\u{E0000}-\u{E007F}]/gu;

/** With the code of such a character in its place: it is seen, and turns nothing. */
export const shownPlainly = (text: string): string =>
  text.replace(unseenCharacters, each => `[U+${each.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}]`);

/** Says of a text that it holds characters which nobody sees; nothing where it holds none. */
export function UnseenNote({ text, what }: { text: string; what: string }) {
  const unseen = useMemo(() => text.match(unseenCharacters)?.length ?? 0, [text]);
  if (unseen === 0) return null;
  return (
    <p className="bm-muted" role="note">
      <Icon name="warning" /> {unseen === 1 ? `One character of ${what} is` : `${unseen} characters of ${what} are`} not
      to be seen: zero-width ones, or ones that turn the direction of what follows.
    </p>
  );
}
