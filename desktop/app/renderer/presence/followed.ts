import { useSyncExternalStore } from 'react';

/** Whose steps this window follows: the key of their device. */
let device: string | null = null;
const listeners = new Set<() => void>();

export function follow(next: string | null): void {
  device = next;
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

export const useFollowed = (): string | null => useSyncExternalStore(subscribe, () => device);
