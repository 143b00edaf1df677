import { useEffect, useRef, type ReactNode } from 'react';
import { Icon } from '@benchmate/shared/ui/icon';

/** Says what was just done, where the control that did it is gone: who works with the keyboard goes on from here. */
export function Done({ words, children }: { words: string; children?: ReactNode }) {
  const line = useRef<HTMLParagraphElement>(null);
  useEffect(() => line.current?.focus(), [words]);
  return (
    <p className="bm-notice" role="status" tabIndex={-1} ref={line}>
      <Icon name="check" />
      <span>{words}</span>
      {children}
    </p>
  );
}
