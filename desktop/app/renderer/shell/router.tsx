import { useSyncExternalStore, type MouseEvent, type ReactNode } from 'react';
import { addressOf, currentPath } from './base.ts';

/** Where the person is: path segments, decoded, and the query. Every page has an address that can be sent. */
export interface Place {
  segments: string[];
  query: URLSearchParams;
}

const listeners = new Set<() => void>();
const tell = () => listeners.forEach(listener => listener());
window.addEventListener('popstate', tell);

export function navigate(to: string, { replace = false } = {}): void {
  if (replace) history.replaceState(null, '', addressOf(to));
  else history.pushState(null, '', addressOf(to));
  tell();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

export function usePlace(): Place {
  const address = useSyncExternalStore(subscribe, () => currentPath() + location.search);
  const url = new URL(address, location.origin);
  return { segments: url.pathname.split('/').filter(Boolean).map(decode), query: url.searchParams };
}

/** A link inside the app; with a modifier key the browser does what it always does. */
export function Link({
  to,
  children,
  ...rest
}: { to: string; children: ReactNode } & Omit<React.AnchorHTMLAttributes<HTMLAnchorElement>, 'href'>) {
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return;
    event.preventDefault();
    navigate(to);
  };
  return (
    <a href={addressOf(to)} onClick={follow} {...rest}>
      {children}
    </a>
  );
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
