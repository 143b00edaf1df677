import { useEffect, useState } from 'react';
import { fromErrorShape, type ErrorShape } from '@benchmate/shared/errors/benchmate-error';
import { EmptyState, ErrorState } from '@benchmate/shared/ui/empty-state';
import { setLink } from '../engine/connection.tsx';
import { navigate } from './router.tsx';

/** `/open#<code><path>`: changes the one-time code for a cookie, takes the code out of the address, goes to the path. */
export function OpenPage() {
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    const fragment = location.hash.slice(1);
    history.replaceState(null, '', '/open');
    const slash = fragment.indexOf('/');
    const code = slash < 0 ? fragment : fragment.slice(0, slash);
    const path = slash < 0 ? '/' : fragment.slice(slash);
    if (code === '') return navigate('/', { replace: true });
    redeem(code).then(() => {
      setLink('connected');
      navigate(path.startsWith('//') ? '/' : path, { replace: true });
    }, setError);
  }, []);
  return error ? <ErrorState error={error} /> : <p className="bm-unseen">Opening Benchmate</p>;
}

async function redeem(code: string): Promise<void> {
  const response = await fetch('/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code }),
  });
  if (!response.ok) throw fromErrorShape((await response.json()) as ErrorShape);
}

/** What a browser without a session sees. */
export function NoSession() {
  return (
    <EmptyState icon="key" title="This browser has no session with your engine yet.">
      Run <code className="bm-mono">benchmate companion</code> in a terminal, or <em>Benchmate: Open Companion</em> in
      VS Code, and follow the link it makes.
    </EmptyState>
  );
}
