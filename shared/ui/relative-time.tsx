import { useSyncExternalStore } from 'react';
import { formatRelativeTime } from '@benchmate/shared/diff/quantity-format';

const everyMs = 30_000;
const absolute = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });

/** When it was, relative; the absolute local time stands in the tooltip. */
export function RelativeTime({ at }: { at: number | string }) {
  const tick = useSyncExternalStore(ticks.subscribe, ticks.now);
  const time = new Date(at);
  if (Number.isNaN(time.getTime())) return <span className="bm-muted">unknown</span>;
  return (
    <time dateTime={time.toISOString()} title={absoluteTime(time)}>
      {formatRelativeTime(time.getTime(), Math.max(tick, time.getTime()))}
    </time>
  );
}

export const absoluteTime = (time: Date): string => absolute.format(time);

/** One clock for all times of the page: it runs while any of them is shown. */
const ticks = (() => {
  const listeners = new Set<() => void>();
  let now = Date.now();
  let timer: ReturnType<typeof setInterval> | undefined;
  const tick = () => {
    now = Date.now();
    for (const listener of listeners) listener();
  };
  const subscribe = (listener: () => void) => {
    if (listeners.size === 0) {
      now = Date.now();
      timer = setInterval(tick, everyMs);
    }
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) clearInterval(timer);
    };
  };
  return { subscribe, now: () => now };
})();
