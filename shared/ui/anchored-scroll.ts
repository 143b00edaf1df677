import { useLayoutEffect, useRef, useState, type RefObject } from 'react';

/**
 * Keeps the row at the top of the view where it is when rows come in above it, while somebody looks: the list is scrolled,
 * or the pointer is over it. `above` counts rows that came in unseen.
 */
export function useAnchoredScroll(
  scroller: RefObject<HTMLElement | null>,
  ids: readonly string[],
  { rowPx, order }: { rowPx: number; order: string },
): { above: number; onScroll: () => void } {
  const held = useRef({ id: '', offset: 0, order });
  const [above, setAbove] = useState(0);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const { id, offset } = held.current;
    if (held.current.order !== order) {
      held.current.order = order;
      element.scrollTop = 0;
    } else if (id !== '' && (element.scrollTop > 0 || element.matches(':hover'))) {
      const index = ids.indexOf(id);
      const wanted = index * rowPx + offset;
      if (index >= 0 && Math.abs(wanted - element.scrollTop) >= rowPx) {
        setAbove(count => Math.max(0, count + Math.round((wanted - element.scrollTop) / rowPx)));
        element.scrollTop = wanted;
      }
    }
    take();
  }, [ids, order]);

  function take(): void {
    const top = scroller.current?.scrollTop ?? 0;
    const index = Math.floor(top / rowPx);
    held.current.id = ids[index] ?? '';
    held.current.offset = top - index * rowPx;
  }

  const onScroll = () => {
    take();
    if ((scroller.current?.scrollTop ?? 0) < rowPx) setAbove(0);
  };
  return { above, onScroll };
}
