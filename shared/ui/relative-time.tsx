import { useEffect, useState } from 'react';
import { formatRelativeTime } from '@benchmate/shared/diff/quantity-format';

const everyMs = 30_000;

/** When it was, relative; the absolute local time stands in the tooltip. */
export function RelativeTime({ at }: { at: number | string }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, []);
  const time = new Date(at);
  if (Number.isNaN(time.getTime())) return <span className="bm-muted">unknown</span>;
  return (
    <time dateTime={time.toISOString()} title={absoluteTime(time)}>
      {formatRelativeTime(time.getTime(), Math.max(now, Date.now()))}
    </time>
  );
}

export function absoluteTime(time: Date): string {
  return time.toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
}
