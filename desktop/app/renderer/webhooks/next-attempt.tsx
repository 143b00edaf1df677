import { useEffect, useState } from 'react';
import { formatDuration } from '@benchmate/shared/diff/quantity-format';

/** `in 12 s`, while it comes nearer. */
export function NextAttempt({ at }: { at: number }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <time dateTime={new Date(at).toISOString()} title={new Date(at).toLocaleString()}>
      {at <= now ? 'now' : `in ${formatDuration(Math.ceil((at - now) / 1000) * 1000).replace('.0 s', ' s')}`}
    </time>
  );
}
