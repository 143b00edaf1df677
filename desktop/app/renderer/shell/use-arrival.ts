import { useEffect, useRef } from 'react';

/**
 * Whoever followed a link with the keyboard goes on from the page it leads to, not from the top of the window: what had the focus is
 * gone with the page before, or is the link of the rail. What a page itself puts the focus on keeps it.
 */
export function useArrival(path: string): void {
  const from = useRef(path);
  useEffect(() => {
    if (from.current === path) return;
    from.current = path;
    const focused = document.activeElement;
    if (focused && focused !== document.body && !focused.closest('.app-rail')) return;
    document.getElementById('main')?.focus({ preventScroll: true });
  }, [path]);
}
