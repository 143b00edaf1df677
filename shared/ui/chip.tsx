import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';

export type ChipTone = 'plain' | 'accent' | 'good' | 'bad' | 'warning';

/** A short mark: an alias, an approval state, a tag. Never the only carrier of its meaning. */
export function Chip({
  tone = 'plain',
  icon,
  title,
  children,
}: {
  tone?: ChipTone;
  icon?: string;
  title?: string;
  children: ReactNode;
}) {
  return (
    <span className={`bm-chip ${tone}`} title={title}>
      {icon && <Icon name={icon} />}
      <span className="bm-cut">{children}</span>
    </span>
  );
}
